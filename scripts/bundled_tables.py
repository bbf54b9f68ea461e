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
fine-tuning four-level frequency-based gan-based generation_using genre-specific high-dimensional high-fidelity
high-frequency higher-order information-geometric instrument-specific instruments_recognition key-dependent large-scale
latent-topic low-level midi-trained neural_watermarking orthogonality-regularized perceptual-emotional phase-aware
pitch-class polyphonic_music projection-based prosody-driven ranking-based real-world recurrent-neural self-learning
self-similarity self-supervised session-based social-computational sparse-data speaker-specific style-based
symbol-level three-dimensional time-frequency time-varying transfer-learning transformer-based two-stage
vibrato-motivated vocoder-based weakly-supervised
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

# Pages that name the authors of works whose documents were read without them.
AUTHOR_PAGES = {
    "dong": "salu133445/binarygan@0db8c795da:docs/paper.md",
    "ismir2014": "ismir/ismir2014@f7cd0951c2:docs/AcceptedLBDPapers.html",
    "ismir2015": "ismir/ismir2015@c5b7f5f456:docs/demosandlate.html",
    "ismir2016": "ismir/ismir2016@4a30486ffe:docs/event/late-breaking-demo/index.html",
    "ismir2018": "ismir/ismir2018@8ba4d295bf:docs/pages/events-exhibition.html",
    "lab": "interactiveaudiolab/interactiveaudiolab.github.io@0499ff4781:_data/references.bib",
    "liang": "dawenl/dawenl.github.io@132cdce054:index.html",
    "mudd": "MuddCreates/music-papers@0b5a7d001d:papers/README.md",
    "neurips2019": "neurips2019creativity/neurips2019creativity.github.io@099519580f:index.md",
    "nieto": "urinieto/urinieto.github.io@ebee1680c1:publications.php",
    "panteli": "mpanteli/mpanteli.github.io@18f3238aa9:Publications.html",
}

# key | authors | the page, by its name above or its address, or a stored file whose repository the index does not name
AUTHORS = """
anon1999chordal | Bryan Pardo; William P. Birmingham | lab
anon2002comparative | Roger B. Dannenberg; William P. Birmingham; Bryan Pardo; Ning Hu; Colin Meek; George Tzanetakis | lab
anon2002algorithms | Bryan Pardo; William P. Birmingham | lab
anon2006finding | Bryan Pardo | lab
anon2007modeling | Brendan Fox; Andrew Sabin; Bryan Pardo; Alec Zopf | lab
anon2007model | Brendan Fox; Bryan Pardo | lab
anon2007user | David Little; David Raffensperger; Bryan Pardo | lab
anon2007pitch | John Woodruff; Bryan Pardo | lab
anon2008vocalsearch | Bryan Pardo; David Little; Rui Jiang; Hagai Livni; Jinyu Han | lab
anon2009method | Andrew T. Sabin; Bryan Pardo | lab
anon2010audio | Jinyu Han; Gautham J. Mysore; Bryan Pardo | lab
anon2010crowdsourcing | Arefin Huq; Mark Cartwright; Bryan Pardo | lab
anon2011soundprism | Zhiyao Duan; Bryan Pardo | lab
anon2012adaptive | Antoine Liutkus; Zafar Rafii; Roland Badeau; Bryan Pardo; Gaël Richard | lab
anon2012building | Bryan Pardo; David Little; Darren Gergle | lab
anon2012language | Jinyu Han; Gautham J. Mysore; Bryan Pardo | lab
anon2012multi | Zhiyao Duan; Jinyu Han; Bryan Pardo | lab
anon2012novelty | Mark B. Cartwright; Bryan Pardo | lab
anon2012speeding | Bryan Pardo; David Little; Darren Gergle | lab
anon2013audio | Zafar Rafii; Bob Coover; Jinyu Han | lab
anon2013online | Zafar Rafii; Bryan Pardo | lab
anon2014combining | Zafar Rafii; Zhiyao Duan; Bryan Pardo | lab
anon2014kernel | Antoine Liutkus; Derry Fitzgerald; Zafar Rafii; Bryan Pardo; Laurent Daudet | lab
anon2014mixploration | Mark Cartwright; Bryan Pardo; Josh Reiss | lab
anon2014repet | Zafar Rafii; Antoine Liutkus; Bryan Pardo | lab
anon2014speeding | Bongjun Kim; Bryan Pardo | lab
anon2014synthassist | Mark Cartwright; Bryan Pardo | lab
anon2015simple | Zafar Rafii; Antoine Liutkus; Bryan Pardo | lab
anon2015audio | Mark Cartwright; Bryan Pardo | lab
anon2017i | Bongjun Kim; Bryan Pardo | lab
anon2018human | Bongjun Kim; Bryan Pardo | lab
anon2018applying | Brian Margolis; Madhav Ghei; Bryan Pardo | lab
anon2018crowdsourced | Mark Cartwright; Bryan Pardo; Gautham J. Mysore | lab
anon2018improvingb | Bongjun Kim; Bryan Pardo | lab
anon2018leveraging | Bongjun Kim | lab
anon2018siamese | Yichi Zhang; Bryan Pardo; Zhiyao Duan | lab
anon2019introduction | Eric J. Humphrey; Sravana Reddy; Prem Seetharaman; Aparna Kumar; Rachel M. Bittner; Andrew Demetriou; Sankalp Gulati; Andreas Jansson; Tristan Jehan; Bernhard Lehner; et al. | lab
anon2019otomechanic | Max Morrison; Bryan Pardo | lab
anon2019sound | Bongjun Kim; Bryan Pardo | lab
anon2020bach | Alex Fang; Alisa Liu; Prem Seetharaman; Bryan Pardo | lab
anon2020incorporating | Alisa Liu; Alex Fang; Gaetan Hadjeres; Prem Seetharaman; Bryan Pardo | lab
anon2020sound | Bongjun Kim | lab
anon2020vroom | Yichi Zhang; Junbo Hu; Yiting Zhang; Bryan Pardo; Zhiyao Duan | lab
anon2021deep | Hugo Flores Garcia; Aldo Aguilar; Ethan Manilow; Dmitry Vedenko; Bryan Pardo | lab
anon2021effective | Patrick O'Reilly; Pranjal Awasthi; Aravindan Vijayaraghavan; Bryan Pardo | lab
anon2021source | Ethan Manilow; Patrick O'Reilly; Prem Seetharaman; Bryan Pardo | lab
anon2022critical | Erika Rumbold | lab
anon2022voiceblock | Patrick O'Reilly; Andreas Bugler; Keshav Bhandari; Max Morrison; Bryan Pardo | lab
anon2023harp | Hugo Flores Garcia; Patrick O'Reilly; Aldo Aguilar; Bryan Pardo; Christodoulos Benetatos; Zhiyao Duan | lab
anon2024crowdsourced | Max Morrison; Pranav Pawar; Nathan Pruyne; Jennifer Cole; Bryan Pardo | lab
anon2024fine | Max Morrison; Cameron Churchwell; Nathan Pruyne; Bryan Pardo | lab
anon2024harp | Christodoulos Benetatos; Frank Cwitkowitz; Nathan Pruyne; Hugo Flores Garcia; Patrick O'Reilly; Zhiyao Duan; Bryan Pardo | lab
anon2024high | Cameron Churchwell; Max Morrison; Bryan Pardo | lab
anon2024interpretable | Max Morrison | lab
anon2025code | Patrick O'Reilly; Prem Seetharaman; Jiaqi Su; Zeyu Jin; Bryan Pardo | lab
anon2025sketch2sound | Hugo Flores Garcia; Oriol Nieto; Justin Salamon; Bryan Pardo; Prem Seetharaman | lab
anon2025text2fx | Annie Chu; Patrick O'Reilly; Julia Barnett; Bryan Pardo | lab
anon2026ai | Julia Barnett; Nathan Pruyne; Nicholas Diakopoulos; Bryan Pardo | lab
anon2026d | Patrick O'Reilly; Saumya Pailwan; Annie Chu; Jason Smith; Bryan Pardo | lab
anon2026gestureencoder | Jason Brent Smith; Bryan Pardo | lab
anon2026shifting | Jason Brent Smith; Bryan Pardo | lab
anon2026smorph | Annie Chu; Hugo Flores Garcia; Johannes Imort; Oriol Nieto; Bryan Pardo; Jordan Rudess; Prem Seetharaman; Justin Salamon | lab
anon2016musicweb | Alo Allik; Mariano Mora-Mcginity; György Fazekas; Mark Sandler | ismir2016
anon2016audio | Diego Ardila; Cinjon Resnick; Adam Roberts; Douglas Eck | ismir2016
anon2016medleydb | Rachel M. Bittner; Julia Wilkins; Hanna Yip; Juan P. Bello | ismir2016
anon2016pysox | Rachel M. Bittner; Eric Humphrey; Juan P. Bello | ismir2016
anon2016staff | Jorge Calvo-Zaragoza; Gabriel Vigliensoni; Ichiro Fujinaga | ismir2016
anon2016basis | Carlos Eduardo Cancino Chacón; Maarten Grachten | ismir2016
anon2016hybrid | Liang Chen; Rong Jin; Simo Zhang; Stefan Lee; Zhenhua Chen; David Crandall | ismir2016
anon2016mir | Tom Collins; Peter Knees; Christian Coulon | ismir2016
anon2016chord | Junqi Deng; Yu-Kwong Kwok | ismir2016
anon2016numbers | David De Roure; Pip Willcox; David M. Weigl | ismir2016
anon2016live | Matthias Dorfer; Andreas Arzt; Sebastian Böck; Amaury Durand; Gerhard Widmer | ismir2016
anon2016real | Arndt Eppler; Andreas Männchen; Jakob Abeßer; Sascha Grollmisch; Christof Weiß | ismir2016
anon2016muse | Yuan-Yi Fan; Vids Samanta | ismir2016
anon2016automaticb | Martin Herzog; Steffen Lepa; Hauke Egermann | ismir2016
anon2016automatic | Anna Kruspe; Matthias Mauch | ismir2016
anon2015re | Francisco Rodríguez-Algarra; Bob L. Sturm | ismir2015
anon2015taming | Dmitry Bogdanov; Alastair Porter; Xavier Serra | ismir2015
anon2014tempo | Andreas Arzt; Cynthia Liem; Gerhard Widmer | ismir2014
anon2014patternviewer | Ali Nikrang; Tom Collins; Gerhard Widmer | ismir2014
anon2014safe | Ryan Stables; Sean Enderby; Brecht De Man; Gyorgy Fazekas; Joshua Reiss | ismir2014
anon2011convex | O. Nieto; T. Jehan | nieto
anon2011embodying | A. Ballús; E. Arnau; O. Nieto; F. Font; A. G. Torrents | nieto
anon2012perceptual | O. Nieto; M. Farbood | nieto
anon2013hand | O. Nieto; D. Shasha | nieto
anon2013mirex | O. Nieto; M. Farbood | nieto
anon2013unsupervised | O. Nieto | nieto
anon2014mirex | O. Nieto; J. P. Bello | nieto
anon2014mirexb | O. Nieto; T. Jehan | nieto
anon2014mirexc | O. Nieto; M. Farbood | nieto
anon2018multimodal | S. Oramas; F. Barbieri; O. Nieto; X. Serra | nieto
anon2018predicting | S. Ebrahimi; V. Hossein; M. Prockup; O. Nieto | nieto
anon2017learningb | A. Kumar; R. M. Bittner; N. Montecchio; A. Jansson; M. Panteli; E. J. Humphrey; T. Jehan | panteli
anon2018computational | M. Panteli | panteli
anon2014understanding | Dawen Liang | liang
anon2019artist | Gene Kogan | neurips2019
anon2019breaking | Jon Gillick; David Bamman | neurips2019
anon2019first | David Uthus; Maria Voitovich; R. J. Mical; Ray Kurzweil | neurips2019
anon2019game | Anurag Sarkar | neurips2019
anon2019midime | Monica Dinculescu; Jesse Engel; Adam Roberts | neurips2019
anon2018virtuosonet | Dasaem Jeong; Taegyun Kwon; Juhan Nam | file 22345561088
anon2018interactive | X. Snelgrove; M. Tesfaldet | file 71483861547
anon2018improving | Jakob Abeßer; Stefan Balke; Meinard Müller | file 46489396976
anon2020childrens | S. Choi; W. Kim; S. Park; S. Yong; J. Nam | file 20221205701
anon2020flexible | J. Ens; P. Pasquier | file 42682909868
anon2022figaro | Dimitri von Rütte; Luca Biggio; Yannic Kilcher; Thomas Hofmann | file 60783786772
anon2019effect | K. Chen; W. Zhang; S. Dubnov; G. Xia; W. Li | file 36308118987
anon2020top | Samarth Sinha; Zhengli Zhao; Anirudh Goyal; Colin Raffel; Augustus Odena | file 2149125895
anon2017learning | Dieterich Lawson; Chung-Cheng Chiu; George Tucker; Colin Raffel; Kevin Swersky; Navdeep Jaitly | file 6163345601
anon2016feed | Colin Raffel; Daniel P. W. Ellis | file 61940318164
anon2019imperceptible | Yao Qin; Nicholas Carlini; Garrison Cottrell; Ian Goodfellow; Colin Raffel | file 63470913820
anon2018learning | Ian Simon; Adam Roberts; Colin Raffel; Jesse Engel; Curtis Hawthorne; Douglas Eck | file 43549628929
anon2020extracting | Nicholas Carlini; Florian Tramer; Eric Wallace; Matthew Jagielski; Ariel Herbert-Voss; Katherine Lee; Adam Roberts; Tom Brown; Dawn Song; Ulfar Erlingsson; et al. | file 62046034330
anon2019edgel3 | Sangeeta Kumari; Dhrubojyoti Roy; Mark Cartwright; Juan Pablo Bello; Anish Arora | file 34147135558
anon2018learningb | Stefan Lattner; Maarten Grachten; Gerhard Widmer | file 35047048125
anon2017imaginary | Y. Kajihara; S. Dozono; N. Tokui | file 17722124756
anon2017neuralb | Iman Malik; Carl Henrik Ek | file 3527981735
anon2017generating | Z. Zukowski; C. Carr | file 8427188699
anon2018empirically | M. Mustaine; K. M. Ibrahim; C. Gupta; Y. Wang | file 53825493923
anon2023zero | Dorian Desblancs; Vincent Lostanlen; Romain Hennequin | file 67416308365
anon2020popmnet | Jian Wu; Xiaoguang Liu; Xiaolin Hu; Jun Zhu | file 15838320271
anon2021deepsing | Nikolaos Passalis; Stavros Doropoulos | file 35141502525
anon2022attentional | Gullapalli Keerti; A. N. Vaishnavi; Prerana Mukherjee; A. Sree Vidya; Gattineni Sai Sreenithya; Deeksha Nayab | file 48994880299
anon2022vis2mus | Runbang Zhang; Yixiao Zhang; Kai Shao; Ying Shan; Gus Xia | file 31896718786
anon2023cycledrums | Giorgio Barnabò; Giovanni Trappolini; Lorenzo Lastilla; Cesare Campagnano; Angela Fan; Fabio Petroni; Fabrizio Silvestri | file 53245969059
anon2022self | Fan Liu; Delong Chen; Ruizhi Zhou; Sai Yang; Feng Xu | file 37822215882
anon2018some | L. Casini; G. Marfia; M. Roccetti | file 41698323561
anon2022adaptive | Gustavo Amaral Costa dos Santos; Augusto Baffa; Jean-Pierre Briot; Bruno Feijo; Antonio Luz Furtado | file 65851654102
anon2021generation | R. K. H. Toh; A. Sourin | file 52479444206
anon2021symbolic | Z. Li; Y. Guo; Y. Liu; et al. | file 5982284233
anon2022monophonic | Shipra Shukla; Haider Banka | file 34113654089
anon2022musicb | M. Conner; L. Gral; K. Adams; D. Hunger; R. Strelow; A. Neuwirth | file 13438151619
anon2021mp3net | K. Broek | file 5982284233
anon2017musegan | Hao-Wen Dong; Wen-Yi Hsiao; Li-Chia Yang; Yi-Hsuan Yang | file 13774096844
anon2021specialized | Sangeeta Srivastava; Dhrubojyoti Roy; Mark Cartwright; Juan Pablo Bello; Anish Arora | file 34592317315
anon2018gans | Richard Vogl; Hamid Eghbal-zadeh; Gerhard Widmer; Peter Knees | ismir2018
anon2018riding | Hugo Scurto; Bavo Van Kerrebroeck; Frédéric Bevilacqua | ismir2018
anon2020bespoke | Ethan Manilow; Bryan Pardo | file 29380317453
anon2020harmonic | N. Nápoles López; I. Fujinaga | file 69055909661
anon2020real | Dasaem Jeong | file 69325604246
anon2018training | Hao-Wen Dong; Yi-Hsuan Yang | dong
anon2017online | Colin Raffel; Minh-Thang Luong; Peter J. Liu; Ron J. Weiss; Douglas Eck | file 62448929853
anon2010shape | Axel Röbel | file 58701146649
anon1999exploration | J. C. Risset; D. L. Wessel | file 53110915675
anon2002learning | Douglas Eck; Jürgen Schmidhuber | file 6306653987
anon1996supervised | Schuster | file 3282724059
anon2003comparative | T. Li; M. Ogihara; Q. Li | file 29714444786
anon2005intelligent | T. Li; M. Ogihara | file 53036296270
anon2008quantify | Shao; Li; Ogihara | mudd
anon1999beat | Jonathan Foote; Shingo Uchihashi | file 1148224379
anon2009algorithmic | Michael Edwards | file 65813018718
anon2008music | D. Liang; H. Gu; B. O'Connor | file 26207896299
anon2021evaluating | Toby Godwin; Georgios Rizos; Alice Baird; Najla D. Al Futaisi; Vincent Brisse; Bjoern W. Schuller | https://tomesphere.com/paper/2201.00052
anon2023investigation | Anastasia Natsiou; Luca Longo; Seán O'Leary | https://www.arxiv-vanity.com/papers/2301.07665/
anon2017neural | Prateek Verma; Julius O. Smith | https://www.arxiv-vanity.com/papers/1801.01589/
anon2021personalized | Shuqi Dai; Xichu Ma; Ye Wang; Roger B. Dannenberg | https://paperswithcode.com/paper/personalized-popular-music-generation-using
anon2021hierarchical | Zixun Guo; Dimos Makris; Dorien Herremans | https://paperswithcode.com/paper/hierarchical-recurrent-neural-networks-for
"""

# Titles that are no titles and cannot be mended from the data: left as they are, with this note.
_PUBLISHER = "the title is a publisher's line; the true one is not in the data"
_AUTHORS = "the title is a list of authors; the true one is not in the data"
BROKEN_TITLES = {
    "beck2003reading": _PUBLISHER,
    "borg2005springerverlag": _PUBLISHER,
    "durrett2010cambridge": _PUBLISHER,
    "johnson1998upper": _PUBLISHER,
    "makino2007dordrecht": _PUBLISHER,
    "minsky1969press": _PUBLISHER,
    "owens2010new": _PUBLISHER,
    "zwicker2013berlin": _PUBLISHER,
    "bengio2015o": _AUTHORS,
    "chen2020wang": _AUTHORS,
    "slaney1998young": _AUTHORS,
    "versanto2000j": _AUTHORS,
    "broeck1997proceedings": "the title is a meeting's; the true one is not in the data",
    "chiba1942dudley": "two references were read as one",
    "goodfellow2009automatic": "two references were read as one",
    "moody1980this": "two references were read as one",
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

# Copies of one publication that differ in their title's words: copy | the record that stays | evidence
COPIES = """
rumelhart1986learningc | rumelhart1985learning | Rumelhart, Hinton & Williams; "through" for "by" in the same chapter of Parallel Distributed Processing
rumelhart1986learningd | rumelhart1985learning | Rumelhart, Hinton & Williams; the book's title stands behind the chapter's
rumelhart1986learningg | rumelhart1985learning | Rumelhart, Hinton & Williams; "chapter" stands behind the title
rumelhart1986learningh | rumelhart1985learning | Rumelhart, Hinton & Williams; letters lost in scanning
rumelhart1986generalb | rumelhart1986general | the same chapter; "chapter" stands behind the title
rumelhart1986schemata | rumelhart1986schematab | the same chapter; "chapter" stands behind the title
rumelhart1986paralkl | rumelhart1986parallel | letters misread in scanning
minsky1969percepttons | minsky1969perceptrons | letters misread in scanning; the subtitle is left out
minsky1969percepttonsb | minsky1969perceptrons | letters lost or misread in scanning
minsky1988percepttonsb | minsky1988percepttons | the expanded edition of 1988, as it says
minsky1988percepttonsc | minsky1988percepttons | the expanded edition of 1988, as it says
mart1982vision | marr1982vision | the author's name is misread: Marr's book of 1982
marl1982vision | marr1982vision | the author's name is misread: David Marr's book of 1982
elman1991distributedb | elman1991distributed | place, publisher, volume or journal stand behind the title
jordan1994hierarchicalb | jordan1994hierarchical | letters lost or misread in scanning
pardo1999chordal | anon1999chordal | the report CSE-TR-439-01 of the University of Michigan; the cited record has its number behind the title
sanger1989optimality | sanger1988optimality | the paper of this meeting: 'this volume' stands behind the title
akaike1974newb | akaike1974new | letters lost or misread in scanning
amari1993statistical | amari1993statisticalb | the title is cut short
amit1991quantitativeb | amit1991quantitative | the same title in another spelling
arjovsky2017wassersteinb | arjovsky2017wasserstein | the same authors; the preprint on arXiv and its publication in the proceedings
barto1983neuronlikeb | barto1983neuronlike | letters lost or misread in scanning
barto1989learningb | barto1989learning | place, publisher, volume or journal stand behind the title
barto1991realb | barto1991real | letters lost or misread in scanning
bellman1961adaptiveb | bellman1961adaptive | place, publisher, volume or journal stand behind the title
bertsekas1995dynamicb | bertsekas1995dynamic | place, publisher, volume or journal stand behind the title
bertsekas1995dynamicc | bertsekas1995dynamic | place, publisher, volume or journal stand behind the title
bertsekas1996neurob | bertsekas1996neuro | place, publisher, volume or journal stand behind the title
blum1989training | blum1988training | the same title in another spelling
boser1992trainingb | boser1992training | place, publisher, volume or journal stand behind the title
bottou1991uneb | bottou1991une | letters lost or misread in scanning
bourlard1988autob | bourlard1988auto | place, publisher, volume or journal stand behind the title
bourlard2010auto | bourlard1988auto | same title and authors; its year was read off another reference
bromley1994signature | bromley1993signature | the title is cut short
bromley1994signatureb | bromley1993signature | the same title in another spelling
broomhead1988multivariableb | broomhead1988multivariable | place, publisher, volume or journal stand behind the title
brunelli1993faceb | brunelli1993face | the same title in another spelling
casey1996dynamicsb | casey1996dynamics | letters lost or misread in scanning
cohen1992contextb | cohen1992context | place, publisher, volume or journal stand behind the title
cohen1993context | cohen1992context | the title is cut short
cottrell1988principalb | cottrell1988principal | the same title in another spelling
dayan1993td | dayan1993tdb | letters lost or misread in scanning
deerwester1990indexingb | deerwester1990indexing | place, publisher, volume or journal stand behind the title
dembo1990modelb | dembo1990model | letters lost or misread in scanning
dempster1977maximumc | dempster1977maximum | letters lost or misread in scanning
dempster1977maximumd | dempster1977maximum | place, publisher, volume or journal stand behind the title
denker1987largeb | denker1987large | the same title in another spelling
devries1991theory | devries1990theory | the same title in another spelling
donahue2018synthesizing | donahue2018adversarial | the same authors; the earlier title of the same preprint on arXiv
dong2017musegan | dong2018musegan | the same authors; the earlier title of the same preprint on arXiv
duda1973patternb | duda1973pattern | place, publisher, volume or journal stand behind the title
garey1979computersb | garey1979computers | place, publisher, volume or journal stand behind the title
geiger1989parallel | geiger1989parallelb | letters lost or misread in scanning
giles1992learning | giles1992learningb | the title is cut short
goldberg1989geneticb | goldberg1989genetic | place, publisher, volume or journal stand behind the title
goodfellow2014generativeb | goodfellow2014generative | the same authors; the preprint on arXiv and its publication in the proceedings
hanson1990stochasticb | hanson1990stochastic | place, publisher, volume or journal stand behind the title
hastie1990generalizedb | hastie1990generalized | place, publisher, volume or journal stand behind the title
haussler1992decisionb | haussler1992decision | the same title in another spelling
haussler1997mutualb | haussler1997mutual | the title is cut short
hertz1991introductionb | hertz1991introduction | place, publisher, volume or journal stand behind the title
hihi1995hierarchical | elhihi1995hierarchical | same title and authors; NIPS is Advances in Neural Information Processing Systems
hinton1997generativeb | hinton1997generative | place, publisher, volume or journal stand behind the title
holland1975adaptationb | holland1975adaptation | place, publisher, volume or journal stand behind the title
holler1989electricallyc | holler1989electrically | the title is cut short
hopfield1984neuronsb | hopfield1984neurons | letters lost or misread in scanning
huang2020popb | huang2020pop | one publication under the arXiv id 2002.00212, here with its earlier title
i2014music | liu2014bach | one publication under the arXiv id 1412.3191
jacobs1990taskc | jacobs1990task | letters lost or misread in scanning
jordan1986serialb | jordan1986serial | place, publisher, volume or journal stand behind the title
judd1993nets | judd1992nets | the same title in another spelling
jutten1991blindb | jutten1991blind | the same title in another spelling
kalman1961newb | kalman1961new | the same title in another spelling
kohonen1984selfb | kohonen1984self | the same title in another spelling
kohonen1984selfc | kohonen1984self | place, publisher, volume or journal stand behind the title
kohonen1988selfb | kohonen1988self | place, publisher, volume or journal stand behind the title
krogh1992generalisation | krogh1992generalization | the same title in another spelling
kullback1959informationb | kullback1959information | place, publisher, volume or journal stand behind the title
lecun1995comparisonb | lecun1995comparison | place, publisher, volume or journal stand behind the title
linsker1988selfb | linsker1988self | place, publisher, volume or journal stand behind the title
lytton1991simulationsb | lytton1991simulations | place, publisher, volume or journal stand behind the title
maass1993boundsb | maass1993bounds | the same title in another spelling
malsburg1981correlation | malsburg1981correlationb | place, publisher, volume or journal stand behind the title
mcclelland1981interactiveb | mcclelland1981interactive | letters lost or misread in scanning
mcclelland1986mechanismsb | mcclelland1986mechanisms | the title is cut short
michie1994machineb | michie1994machine | place, publisher, volume or journal stand behind the title
mitsufuji2021music | mitsufuji2021musicb | one publication under the arXiv id 2108.13559
murphy1992ucib | murphy1992uci | place, publisher, volume or journal stand behind the title
murphy1992ucic | murphy1992uci | place, publisher, volume or journal stand behind the title
mysore2015can | mysore2014can | the same title in another spelling
nix1995leaming | nix1994learning | letters lost or misread in scanning
nowlan1990max | nowlan1990maximum | the same title in another spelling
nowlan1991softb | nowlan1991soft | letters lost or misread in scanning
nowlan1992simplif | nowlan1992simplifying | letters lost or misread in scanning
oja1983subspaceb | oja1983subspace | place, publisher, volume or journal stand behind the title
olshausen1992neuralb | olshausen1992neural | place, publisher, volume or journal stand behind the title
peeters2004deriving | peeters2003deriving | the title is cut short
pitts1947ito | pitts1947we | letters lost or misread in scanning
poggio1989theoryb | poggio1989theory | place, publisher, volume or journal stand behind the title
pollack1991inductionb | pollack1991induction | place, publisher, volume or journal stand behind the title
quinlan1993programs | quinlan1993c45 | letters lost or misread in scanning
rafii2017musdb18 | rafii2017musdb18c | one data set under one DOI
rissanen1986stochasticb | rissanen1986stochastic | place, publisher, volume or journal stand behind the title
rissanen1989stochasticb | rissanen1989stochastic | place, publisher, volume or journal stand behind the title
rosenblatt1958perceptronb | rosenblatt1958perceptron | place, publisher, volume or journal stand behind the title
rosenblatt1962principlesb | rosenblatt1962principles | the subtitle is left out
rosenblatt1962principlesc | rosenblatt1962principles | place, publisher, volume or journal stand behind the title
rumelhart1986learningf | rumelhart1985learning | the title is cut short
rumelhart1986parallelc | rumelhart1986parallel | place, publisher, volume or journal stand behind the title
shawetaylor1996frameworkb | shawetaylor1996framework | the same title in another spelling
simard1992cient | simard1992efficient | letters lost or misread in scanning
simoncelli1999modeling | simoncelli1998modeling | letters lost or misread in scanning
singh1994learningb | singh1994learning | the same title in another spelling
singh1995reinforcement | singh1994reinforcement | letters lost or misread in scanning
sondik1978optimalb | sondik1978optimal | the same title in another spelling
tikhonov1977solutionsb | tikhonov1977solutions | place, publisher, volume or journal stand behind the title
titterington1985statisticalb | titterington1985statistical | place, publisher, volume or journal stand behind the title
tomita1982dynamicb | tomita1982dynamic | the same title in another spelling
torkkola1996blindc | torkkola1996blind | the same title in another spelling
tsypkin1971adaptationb | tsypkin1971adaptation | place, publisher, volume or journal stand behind the title
vapnik1995natureb | vapnik1995nature | the title is cut short
waibel1989phonemec | waibel1989phoneme | letters lost or misread in scanning
widrow1960adaptiveb | widrow1960adaptive | place, publisher, volume or journal stand behind the title
williams1989experimentalb | williams1989experimental | place, publisher, volume or journal stand behind the title
young1985gaussianb | young1985gaussian | letters lost or misread in scanning
"""

# name | the work that it usually means | where the name is given to it
ALIASES = """
BERT | devlin2018bert | its title
C-RNN-GAN | mogren2016c | its title
CONCERT | mozer1994neural | its abstract calls the network so
Coconet | huang2017counterpoint | its text calls the model so
DCGAN | radford2015unsupervised | its abstract
DDSP | engel2020ddsp | its title
DeepBach | hadjeres2016deepbach | its title
DeepDream | mordvintsev2015inceptionism | the same authors' code for the technique of the post is called so
GAN | goodfellow2014generative | the acronym of its title
GRU | cho2014learning | it proposes the unit; chung2014empirical names it so
GTTM | lerdahl1983generative | the acronym of its title
HARMONET | hild1991harmonet | its title
Inceptionism | mordvintsev2015inceptionism | its title
Jukebox | dhariwal2020jukebox | its title
LSTM | hochreiter1997long | its abstract
MAESTRO | hawthorne2019enabling | its title
MidiNet | yang2017midinet | its title
MuseGAN | dong2018musegan | its title
Music Transformer | huang2018musicb | its title
MusicVAE | roberts2018hierarchical | its abstract
NSynth | engel2017neural | its abstract calls the data set so
Performance RNN | simon2017performance | its title
ResNet | he2016deep | its section on architectures calls them so
RNN-RBM | boulangerlewandowski2012modeling | its text calls the model so
SampleRNN | mehri2016samplernn | its title
SeqGAN | yu2016seqgan | its title
Transformer | vaswani2017attention | its abstract
U-Net | ronneberger2015u | its title
VAE | kingma2014auto | its section on examples introduces the variational auto-encoder
VQ-VAE | oord2017neural | its abstract
WaveGAN | donahue2018adversarial | its abstract
WaveNet | oord2016wavenet | its title
word2vec | mikolov2013efficient | the code the authors released with it
"""
