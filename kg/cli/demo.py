"""kg demo."""

from kg.cli import JsonOption, app
from kg.cli.printing import print_answer, program, say


@app.command(rich_help_panel="Build")
def demo(json: JsonOption = False) -> None:
    """Run the whole story on the bundled data; write map, Turtle and summary to graphs/neural-music.

    Example: kg demo
    """
    from kg.library.demo import demo as run

    story = run(lambda step: say(f"... {step}"))
    print_answer(story, json=json)
    if not json:
        question = 'path "Todd 1989" MusicVAE -k 3'
        print(f"\nOpen {story.files[0]} in a browser; then try: {program()} {question}")
