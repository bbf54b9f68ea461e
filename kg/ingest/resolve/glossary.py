"""Technical terms as translators write them, with the English words they stand for.

A translated title is never compared with an English one; but that a title speaks of 钢琴 (piano) is a fact like its
year, and it can agree with a work or not. More languages join by more lines.
"""

from collections.abc import Iterator

from kg.text import title_key

# term=English beginnings of words; | between alternatives, _ for the blanks within one.
_TERMS = """
人工智能=artificial_intelligence 神经=neural 网络=net 网=net 深度=deep 学习=learn 机器=machine 算法=algorithm 模型=model
卷积=convolution 递归=recurrent|recursive 循环=recurrent|cycl|loop 自动编码器=autoencoder 编码器=encod 解码器=decod
生成=generat|synthes 对抗=adversar 变分=variation 潜=latent 向量=vector 信念=belief 无监督=unsupervised
有监督=supervised 半监督=semi 强化=reinforce 梯度=gradient 下降=descent 注意力=attention 变换器=transformer
记忆=memory 联结主义=connectionis 序列=sequen 顺序=sequen 分层=hierarch 层次=hierarch 感知器=perceptron
特征=feature 分类=classif 识别=recogni 检测=detect 分离=separat 标注=tag|annotat|label 标记=tag|annotat|label
转录=transcri 合成=synthes 作曲=compos 创作=compos|creat 创造=creat 即兴=improvis 预测=predict 分割=segment
检索=retriev 推荐=recommend 表示=represent 表征=represent 音乐=music 音频=audio 音符=note 音高=pitch 和弦=chord
旋律=melod 和声=harmon 节奏=rhythm|tempo 节拍=beat 起始=onset 开始=onset|start|begin 钢琴=piano 吉他=guitar 鼓=drum
蓝调=blues 爵士=jazz 歌声=sing|voc 声音=sound|voice 语音=speech|voice 声学=acoustic 信号=signal 处理=process
频谱=spectr 波形=wave 原始=raw 符号=symbol 流派=genre 情感=emotion|mood 乐谱=score 乐器=instrument 图像=image 视频=video
语言=language 文本=text 多媒体=multimedia 信息=informati 计算机=comput 计算=comput 快速=fast 端到端=end_to_end
自动=auto 样本=sample 规模=scale 大规模=scale 挑战=challeng 现实=realis 真实=real 结构=structur 架构=architect
时间=tempor|time 实验=experiment 设计=design 应用=appl 范式=paradigm 精化=refine 重新思考=rethink 超越=beyond|moving
寻找=find 激励=motivat 启发=inspir|motivat 长时=long 长期=long 域=domain 综述=survey|review|overview 基于=based
国际=international 会议=conference 大会=conference 研讨会=workshop|symposium 暑期学校=summer_school 科学=scien
自然=natur 系统=system 进展=advance 索引=index 内容=content 学会=societ 协会=societ|associat 模式=pattern 视觉=vision
"""


def terms_in(text: str) -> list[tuple[str, ...]]:
    """The known terms of a text, each as its English alternatives, once each; the longest term wins.

    Examples
    --------
    >>> terms_in("钢琴音乐")
    [('piano',), ('music',)]
    """
    return list(dict.fromkeys(_found(text)))


def has_term(title: str, term: tuple[str, ...]) -> bool:
    """Whether an English text has a word for the term: every word of one alternative begins one of its words."""
    words = title_key(title).split()
    return any(
        all(any(word.startswith(start) for word in words) for start in alternative.split()) for alternative in term
    )


def _found(text: str) -> Iterator[tuple[str, ...]]:
    at = 0
    while at < len(text):
        length = next((n for n in range(_LONGEST, 0, -1) if text[at : at + n] in _ENGLISH), 0)
        if length:
            yield _ENGLISH[text[at : at + length]]
        at += length or 1


_ENGLISH = {
    term: tuple(words.replace("_", " ").split("|"))
    for term, _, words in (entry.partition("=") for entry in _TERMS.split())
}
_LONGEST = max(map(len, _ENGLISH))
