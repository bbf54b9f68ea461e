"""What build_bundled.py cannot decide by rule: small hand-written tables, each line with its evidence."""

from collections.abc import Iterator


def lines(table: str) -> Iterator[tuple[str, ...]]:
    """The rows of a table written as lines of `|`-separated fields."""
    for line in filter(None, table.strip().splitlines()):
        yield tuple(field.strip() for field in line.split("|"))


_SAME = "the records are one publication, and this is the spelling that names it best"

# An identifier shared by several works -> the work it belongs to, and why.
OWNERS = {
    "10.1109/72.279181": (
        "bengio1994learning",
        "the other work's venue is a conference, this one's the journal of the DOI",
    ),
    "10.1109/tmm.2014.2310701": ("serra2014unsupervised", "IEEE Transactions on Multimedia 2014 is its venue and year"),
    "10.1145/1178723.1178727": ("harte2006detecting", "ACM workshop of 2006 is its venue and year"),
    "10.5281/zenodo.1117372": ("rafii2017musdb18c", _SAME),
    "10.5281/zenodo.1415944": (
        "wang2017re",
        "an ISMIR paper, as is every Zenodo record near this number; the other is a thesis",
    ),
    "10.5281/zenodo.51712": (
        "martin2016metatone",
        "Zenodo numbers rise with time and 32193 is of 2015 (mcfee2015librosa): 51712 is later, not of 2014",
    ),
    "1211.5063": ("pascanu2013difficulty", "the other work is of 1994"),
    "1306.1461": ("sturm2013gtzan", "CoRR 2013 is its venue; the other is a journal article of 2014"),
    "1308.0850": ("graves2013generating", "its own venue names the id"),
    "1412.3191": ("liu2014bach", "its own venue names the id; the records are one publication"),
    "1412.6980": ("kingma2014adam", "its own venue names the id"),
    "1502.01710": ("zhang2015text", "its own venue names the id"),
    "1508.06576": ("gatys2015neural", "the other work is of 2013"),
    "1511.07289": ("clevert2015fast", "the other work is of 2011"),
    "1512.03385": ("he2016deep", "the id is of December 2015, the other work appeared at a meeting before it"),
    "1601.06759": ("oord2016pixel", "CoRR 2016 is its venue; the other work is of 2015"),
    "1609.04468": (
        "white2016sampling",
        "the id is of 2016; the other title answers one of 2017 (gulrajani2017improved)",
    ),
    "1706.03762": ("vaswani2017attention", _SAME),
    "1709.01620": ("briot2017deep", "the other work is of 2011"),
    "1802.04208": (
        "donahue2018adversarial",
        "seed S16; the other record has the earlier title of the same publication",
    ),
    "1903.07227": ("huang2017counterpoint", "the other work is of 1985"),
    "2002.00212": ("huang2020pop", _SAME),
    "2008.06048": ("ens2020mmm", "its year is the id's; the other is an ISMIR paper of 2019"),
    "2107.14642": ("kassis2021practical", "its year is the id's; the other is of 2022"),
    "2108.13559": ("mitsufuji2021musicb", "its own venue names the id; the records are one publication"),
}

# Works put on arXiv two years or more after they appeared, by their authors: the id stays.
LATE_ON_ARXIV = {
    "martin2015tracking": "from its author's own list",
    "martin2018composing": "from its author's own list",
    "huang2017counterpoint": "put on arXiv in 2019",
    "ferreira2019learning": "put on arXiv in 2021",
}

# Words as they are to be spelt again: PDF extraction lost the hyphen, or (here `_`) the space, at a line break.
REJOINED = """
attention-driven block-matching brain-computer chroma-based computer-generated context-dependent cost-sensitive
cross-alignment cross-platform data-independent discrete_emotions distribution-based domain-specific encoder-decoder
fine-tuning four-level gan-based generation_using genre-specific high-dimensional high-fidelity
high-frequency higher-order information-geometric instrument-specific instruments_recognition key-dependent large-scale
latent-topic low-level midi-trained neural_watermarking orthogonality-regularized perceptual-emotional phase-aware
pitch-class polyphonic_music projection-based prosody-driven ranking-based real-world recurrent-neural self-learning
self-similarity self-supervised session-based social-computational sparse-data speaker-specific style-based
symbol-level three-dimensional time-frequency time-varying transfer-learning transformer-based two-stage
vibrato-motivated weakly-supervised
"""

LIGATURES = {
    "Classiier": "Classifier",
    "Classication": "Classification",
    "Efcient": "Efficient",
    "efcient": "efficient",
    "Efciently": "Efficiently",
    "efective": "effective",
    "efects": "effects",
    "identifcation": "identification",
}

# key | field | new value | evidence
BY_HAND = """
allan2005allan2005 | title | Harmonising chorales by probabilistic inference | the record holds its citation key for a title; authors and year are those of allan2005harmonising
berenzweig2004large | title | A large-scale evaluation of acoustic and subjective music-similarity measures | a footnote's web address stood inside; whole in berenzweig2004largeb
mesaros2010acoustic | title | Acoustic event detection in real life recordings | a page header stood inside; whole in mesaros2010acousticb
kumar2018knowledge | title | Knowledge transfer from weakly labeled audio using convolutional neural network for sound events and scenes | a page header stood inside; whole in kumar2018knowledgeb
hamel2010learning | title | Learning features from music audio with deep belief networks | two columns were read as one; whole in hamel2010learningb
bourlard2010auto | title | Auto-association by multilayer perceptrons and singular value decomposition | the neighbouring reference's date and pages stood inside 'multilayer'
bourlard2010auto | year |  | the year was read off the neighbouring reference ("September 2010, pp. 339-344"); the true one is not in the data
mordvintsev2015https | title | Inceptionism: Going deeper into neural networks | the record holds the post's web address and the next reference; whole in mordvintsev2015inceptionism
calvozaragoza2020hajic | title | Understanding optical music recognition | the other authors stood before the title; whole in calvozaragoza2020understanding
calvozaragoza2020hajic | authors | Calvo-Zaragoza, J.; Hajič Jr., J.; Pacha, A. | the authors that stood before the title; calvozaragoza2020understanding has the same three
lerdahl1983jackendoff | title | A Generative Theory of Tonal Music | the second author stood before the title; whole in lerdahl1983generative
lerdahl1983jackendoff | authors | Lerdahl, Fred; Jackendoff, Ray S | the author that stood before the title; as in lerdahl1983generative
lerdahl1983jackendoff | venue | MIT Press | the pages and a reprint's year followed the publisher
hamanaka2006implementing | title | Implementing "A generative theory of tonal music" | the closing quotation mark was lost
et2001mellody | title | Modal distribution analysis, synthesis, and perception of a soprano's sung vowels | the author's surname stood before the title
et2001mellody | authors | Maureen Mellody; et al. | the surname stood before the title
quinn2013white | title | Expanding Notions of Harmonic Function Through a Corpus Analysis of the Bach Chorales | the second author's surname stood before the title
quinn2013white | authors | Ian Quinn; Christopher Wm. White | the surname stood before the title
wm2014white | title | Changing Styles, Changing Corpora, Changing Models | the author's surname stood before the title
wm2014white | authors | Christopher Wm. White | the surname stood before the title
kiefer201315 | title | Grounding the human conceptual system in perception, action, and internal states | a chapter's number stood before the title
raffel2014intuitive | title | Intuitive Analysis, Creation and Manipulation of MIDI Data with pretty_midi | leftover of TeX \\char`_; the source file spells pretty\\char`_midi
gibbs1902elementary | title | Elementary Principles of Statistical Mechanics | letters lost in 'Mhanics'
elsken2018neural | title | Neural architecture search: A survey | a letter doubled in 'sSurvey'
kavukcuoglu2010learning | title | Learning Convolutional Feature Hierarchies for Visual Recognition | letter lost in 'Hierachies'
mcfee2015librosa | title | librosa: 0.4.1 | archive and identifier followed the title
schoenberg1911harmonielehre | title | Harmonielehre | place and publisher followed the title
kostka1984tonal | title | Tonal Harmony | place and publisher followed the title
strunk1994harmony | title | Harmony (i) | the dictionary's title and 'pp' followed the title
strunk1994harmony | venue | The New Grove Dictionary of Jazz | stood in the title
drabkin2001part | title | Part (ii) | editor, dictionary, volume and page followed the title
drabkin2001part | venue | The new Grove dictionary of music and musicians | stood in the title
negroponte1996being | title | Being Digital | publisher and place followed the title
kohonen1995self | title | Self-Organizing Maps | the book series followed the title
cohen1988statistical | title | Statistical power analysis for the behavioral sciences | edition and year followed the title
bello2003automated | title | Towards the automated analysis of simple polyphonic music: A knowledge-based approach | the kind of thesis followed the title
celma2008music | title | Music Recommendation and Discovery in the Long Tail | kind of thesis, university, place and year followed the title
sutskeverndtraining | title | Training Recurrent Neural Networks | author and kind of thesis followed the title
johansson1986tagged | title | The tagged LOB corpus user's manual | publisher and year followed the title
goodfellow2016deepb | title | Deep Learning | publisher and year followed the title; whole in goodfellow2016deep
vlambeer2014luftrausers | title | Luftrausers | publisher and year followed the title
girshick2018detectron | title | Detectron | web address and year followed the title
mann2016ai | title | AI duet | medium and year followed the title
mann2016aib | title | Ai duet | medium and year followed the title
magenta2016melody | title | Melody RNN | medium and year followed the title
jenni1988stabilizing | title | On stabilizing generative adversarial training with noise | the date at the end is no part of the title
jenni1988stabilizing | year | 2019 | the record's own title ended in ', 2019'
bourlard2010auto | year_basis |  | no year is left
wei2016improving | year_basis |  | no year is left
wei2016improving | year |  | the year of the arXiv id that was read into the record; the title answers one of 2017 (gulrajani2017improved)
chao2005deep | year | 2017 | the record's arXiv id 1705.02304 is of May 2017 and is this title's
sinha2007small | year | 2019 | the record's arXiv id 1910.13540 is of October 2019 and is this title's
goodfellow2011explaining | year | 2014 | the record's arXiv id 1412.6572 is of December 2014 and is this title's
bengio2011expressive | arxiv |  | the id is of 2012 and another title's (Practical recommendations for gradient-based training); the record's DOI is right
goodfellow2009automatic | arxiv |  | the id is of 2013 and belongs to the neighbouring reference that was read into this record
anon2008quantify | arxiv |  | an id of 2018 and another title's (Fast Decoding in Sequence Models); the work is of 2008
xi2018guitarset | arxiv |  | the id is of 2019 and another title's (Deep Unsupervised Drum Transcription); the record's DOI is right
wu2023large | arxiv |  | the id is of 2025 and another title's (DualMark)
kullback1951information | doi |  | a DOI of 2018 cannot be that of a work of 1951
gatys2015neural | authors | Gatys, Leon A; Ecker, Alexander S; Bethge, Matthias | 'Sep, C V' is the stamp '[cs.CV] ... Sep' of the preprint, not an author
hinton2006fast | doi | 10.1162/neco.2006.18.7.1527 | the link in the seed article's reference list
marolt2002neural | venue | ICMC | the seed article's reference list: International Computer Music Conference (ICMC)
pons2018end | venue | ISMIR | the seed article's reference list, the year and the DOI are of ISMIR 2018; the workshop was a year before
rafii2017musdb18c | venue |  | 'No' is no venue
todd1989connectionist | authors | Peter M. Todd | the article is Todd's alone; Loy is the other editor of the book that reprints it (todd1991music)
moser1991concert | authors | Mozer, M. C.; Soukup, T. | 'Moser' is misread; mozer1990connectionist has the same two authors in the same volume
moser1991concert | title | CONCERT: A connectionist composer of erudite tunes | a letter misread in 'connectlonist'
anon2014understanding | title | Understanding Music Semantics and User Behavior with Probabilistic Latent Variable Models | the author's name followed the title
anon1999exploration | title | Exploration of timbre by analysis and synthesis | a word was lost; stored file 53110915675 cites the chapter so
dayan1993tdb | title | TD(λ) converges with probability 1 | the Greek letter was read as 'A', in dayan1993td as ',X'
singh1994reinforcement | title | Reinforcement learning with soft state aggregation | letters misread; whole in singh1995reinforcement
gold1994learning | title | Learning with preknowledge: Clustering with point and graph matching distance measures | a letter misread in 'foint'; whole in gold1996learning
abeer2012sounds | title | Automatic String Detection for Bass Guitar and Electric Guitar | the book's title and volume stood before the chapter's, its pages behind
balakrishnan1994study | title | A study of the classification capabilities of neural networks using unsupervised learning: a comparison with k-means clustering | journal, volume or pages followed the title
baram1996consistentb | title | Consistent Classification, Firm and Soft | kind and number of the report followed the title
bayliss1998effects | title | The Effects of Eye Tracking in a VR Helmet on EEG Recording | kind and number of the report followed the title
bezdek1995index | title | An index of topological preservation for feature extraction | journal, volume or pages followed the title
choi1996effects | title | Effects of multiplier offsets on on-chip learning for analog neuro-chip | journal, volume or pages followed the title
dong1991dynamic | title | Dynamic properties of neural network with adapting synapses | the meeting and the pages followed the title
dong1993anti | title | Anti-Hebbian dynamics and total recall of associative memory | the meeting and its place followed the title
enomoto1982integrated | title | Integrated tapped MOS analogue delay line using switched-capacitor technique | journal, volume or pages followed the title
freeman1992neural | title | Neural Networks: Algorithms, Applications, and Programming Techniques | publisher and place followed the title
gersho1992vector | title | Vector Quantization and Signal Compression | publisher and place followed the title
golub1983matrix | title | Matrix Computations | publisher and place followed the title
mangarasian1998generalized | title | Generalized support vector machines | kind and number of the report followed the title
marbach1998simulation | title | Simulation-based optimization of Markov reward processes | kind and number of the report followed the title
rolls1994processing | title | Processing speed in the cerebral cortex and the neurophysiology of visual masking | journal, volume or pages followed the title
slmmy1993efficient | title | An efficient implementation of the Patterson-Holdsworth auditory filter bank | kind and number of the report followed the title
tham1995reinforcement | title | Reinforcement learning of multiple tasks using a hierarchical CMAC architecture | journal, volume or pages followed the title
picard1974minimum | title | Minimum Cuts and Related Problems | journal, volume or pages followed the title
pinkas1991first | title | First-order logic proofs using connectionist constraint relaxation | kind and number of the report followed the title
booker1988cross | title | Cross-connect at a Crossroads | journal, volume or pages followed the title
haussler1997mutual | title | Mutual Information, Metric Entropy and Cumulative Relative Entropy Risk | journal, volume or pages followed the title
chung1997spectral | title | Spectral graph theory | the volume in its series followed the title
hood1982ethnomusicologist | title | The ethnomusicologist | the volume in its series followed the title
metz1996uci | title | UCI repository of machine learning databases | a web address followed the title
blake1979uci | title | UCI Repository of machine learning databases | a web address followed the title
shannon1949mathematical | title | The mathematical Theory of Communication | publisher and place followed the title
shannon1962mathematical | title | The Mathematical Theory of Communication | publisher and place followed the title
minsky1988percepttons | title | Perceptrons | letters misread in 'Percepttons'; minsky1969perceptrons is the first edition by the same authors
payne2019musenet | title | MuseNet | year and web address followed the title
"""

_PUBLISHER = "the title is a publisher's line; the true one is not in the data"
_AUTHORS = "the title is a list of authors; the true one is not in the data"
BROKEN_TITLES = {
    "johnson1998upper": _PUBLISHER,
    "minsky1969press": _PUBLISHER,
    "janssen2013bas": _AUTHORS,
    "koops2017bas": _AUTHORS,
    "slaney1998young": _AUTHORS,
    "versanto2000j": _AUTHORS,
    "broeck1997proceedings": "the title is a meeting's; the true one is not in the data",
    "hammer1991thesis": "the title is the kind of thesis; the true one is not in the data",
    "goodfellow2009automatic": "two references were read as one",
    "solr2019retrieved": "the title is an access date; the true one is not in the data",
}

# key | note: what a reader should know of a record that stays as it is
NOTES = """
anon2008music | the year is a lower bound; the data set of the title is of 2011
wei2016improving | no year: the one in the source was a neighbouring reference's
"""

# Labels of the collection's own codes. The abbreviations are those of its list of acronyms (acronyms.md beside
# dl4m.bib), or stand in full in the titles of the works that carry them; what is in neither stays as it is.
LABELS = {
    "ARNN": "anticipation recurrent neural network",
    "BILSTM": "bidirectional long short-term memory",
    "BRNN": "bidirectional recurrent neural network",
    "CDBN": "convolutional deep belief network",
    "CNN": "convolutional neural network",
    "CQT": "constant-Q transform",
    "CRNN": "convolutional recurrent neural network",
    "Composition": "algorithmic composition",
    "ConvNet": "convolutional neural network",
    "DBN": "deep belief network",
    "DNN": "deep neural network",
    "ELM": "extreme learning machine",
    "FCN": "fully convolutional network",
    "GAN": "generative adversarial network",
    "Log Mel-spectrogram with 48 bins per octave and 512 hop-size and 2018 window size and 16 kHz sample rate": (
        "log mel spectrogram"
    ),
    "MER": "music emotion recognition",
    "MFCC": "mel-frequency cepstral coefficients",
    "MGR": "music genre recognition",
    "MLP": "multilayer perceptron",
    "MSR": "music style recognition",
    "Mel-Spectro": "mel spectrogram",
    "Mel-spectrogram": "mel spectrogram",
    "Midi Chords": "MIDI chords",
    "Midi notes": "MIDI notes",
    "RNN": "recurrent neural network",
    "RNN-LSTM": "long short-term memory",
    "Raw": "waveform",
    "Raw Audio": "waveform",
    "Raw audio": "waveform",
    "STFT": "short-time Fourier transform",
    "SVD": "singing voice detection",
    "SVS": "singing voice separation",
    "Spectrograms": "spectrogram",
    "F0": "F0",
    "Music/Noise segmentation": "music/noise segmentation",
    "U-Net": "U-Net",
    "VAD": "voice activity detection",
}

# Sections of the seed article; a place is the section's letter and "par. N" of it, or "group N" of its references.
PLACES = {
    "C": "Connectionists and algorithmic composition",
    "L": "Working on low-level data",
    "N": "What comes next",
    "R": "References",
}

# key | scheme | label | place
ARTICLE_CONCEPTS = """
todd1988sequential | task | algorithmic composition | Cpar. 4
todd1988sequential | architecture | recurrent neural network | Cpar. 6
lewis1988creation | task | algorithmic composition | Cpar. 4
lewis1988creation | architecture | multilayer perceptron | Cpar. 5
eck2002finding | task | algorithmic composition | Cpar. 6
eck2002finding | architecture | long short-term memory | Cpar. 9
marolt2002neural | task | onset detection | Lpar. 3
marolt2002neural | architecture | multilayer perceptron | Lpar. 3
marolt2002neural | representation | spectrogram | Lpar. 3
lee2009unsupervised | task | music genre recognition | Lpar. 6
lee2009unsupervised | architecture | convolutional neural network | Lpar. 6
lee2009unsupervised | architecture | deep belief network | Rgroup 4
hinton2006fast | architecture | deep belief network | Lpar. 1
dieleman2014end | task | music tagging | Lpar. 7
dieleman2014end | representation | waveform | Lpar. 7
pons2018end | task | music tagging | Rgroup 6
pons2018end | representation | waveform | Lpar. 7
pons2018end | representation | spectrogram | Lpar. 7
humphrey2012rethinking | task | chord recognition | Lpar. 8
humphrey2012rethinking | architecture | deep neural network | Lpar. 8
humphrey2012rethinking | architecture | convolutional neural network | Rgroup 7
humphrey2012moving | architecture | deep neural network | Lpar. 8
choi2016automatic | task | music tagging | Rgroup 8
choi2016automatic | architecture | convolutional neural network | Rgroup 8
pons2016experimenting | architecture | convolutional neural network | Rgroup 8
lee2017sample | task | music tagging | Rgroup 8
lee2017sample | architecture | convolutional neural network | Rgroup 8
lee2017sample | representation | waveform | Rgroup 8
yang2017midinet | task | algorithmic composition | Rgroup 9
yang2017midinet | architecture | generative adversarial network | Rgroup 9
yang2017midinet | architecture | convolutional neural network | Rgroup 9
yang2017midinet | representation | symbolic music | Rgroup 9
roberts2018hierarchical | task | algorithmic composition | Rgroup 9
roberts2018hierarchical | architecture | variational autoencoder | Rgroup 9
donahue2018adversarial | task | audio synthesis | Rgroup 10
donahue2018adversarial | architecture | generative adversarial network | Rgroup 10
donahue2018adversarial | representation | waveform | Npar. 7
oord2016wavenet | task | audio synthesis | Rgroup 10
oord2016wavenet | architecture | causal autoregressive network | Cpar. 6
oord2016wavenet | representation | waveform | Npar. 7
dieleman2018challenge | task | audio synthesis | Rgroup 10
dieleman2018challenge | representation | waveform | Rgroup 10
engel2017neural | task | audio synthesis | Rgroup 10
engel2017neural | architecture | WaveNet autoencoder | Rgroup 10
"""
