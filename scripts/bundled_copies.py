"""Which bundled records are one publication, and by which names works go; by hand, each line with its reason."""

# Copies of one publication that differ in their title's words: copy | the record that stays | evidence
COPIES = """
laden1992representation | laden1989representation | journal and pages behind the title, Computer Music Journal 13(4):12-26, are those of the article of 1989
burr1993hierarchical | miyata1990hierarchical | the same title; the same two authors in the other order, the year read otherwise
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
isola2017zhu | isola2017image | the same four authors and year; the title was lost, and no other work of these four is here
whiteley2006taylan | whiteley2006bayesian | the same three authors and year; the title was lost, and no other work of these three is here
richard2016vogl | vogl2016recurrent | the same three authors and year; the title was lost, and no other work of theirs of 2016 is here
chen2020wang | chen2020music | its title is the list of the other authors, which is that of this work of the same year
bengio2015o | bengio2015scheduled | its title is the list of the other authors, which is that of this work of the same year
borg2005springerverlag | borg2005modern | the same authors, year and publisher; the citing paper's own bibliography names this book
zwicker2013berlin | zwicker2013psychoacoustics | the same authors, title, year and publisher
robbins2000stochastic | robbins1951stochastic | the same title and the same two authors
vincent2007achievements | vincent2012signal | the second half of the title; its year was read in the first half, '(2007-2010)'
everingham2010gt | everingham2010pascal | the same authors and year, cited in the same list; its title is a figure of the citing paper
wang1990von | wang1990pattern | the text of the source has the entry whole: the third author was read as the title
todd1993leon | leen1992weight | the text of the source has the entry whole: Todd K. Leen ('Leon') and John Moody in the proceedings of 1992
nowla19951991 | nowlan1991soft | the text of the source has the entry whole: S. Nowlan, 1991; a neighbouring year was read
jeremy1998de | debonet1998texture | the text of the source has the entry whole: Jeremy S. De Bonet and Paul Viola, 1998
moody1980this | rissanen1980consistent | the text of the source has two references here: 'Moody, this volume' and Rissanen 1980, of which the year is
neal1986bayesian | neal1996bayesian | the same author, title and publisher; the source has 1986 for 1996
sutton2014online | sutton1993online | the same two authors and title; the year was read elsewhere, stored file 53578168565 has the meeting of 1993
weinheim1988outline | caianiello1961outline | the text of the source has the entry whole: Caianiello 1961; the neighbour's publisher and year were read
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

# name | the work that it usually means | why: its title has the name, or it is commonly called so (these texts were not read)
ALIASES = """
BERT | devlin2018bert | its title
C-RNN-GAN | mogren2016c | its title
CONCERT | mozer1994neural | the name it commonly goes by, set by hand
Coconet | huang2017counterpoint | the name it commonly goes by, set by hand
DCGAN | radford2015unsupervised | the name it commonly goes by, set by hand
DDSP | engel2020ddsp | its title
DeepBach | hadjeres2016deepbach | its title
DeepDream | mordvintsev2015inceptionism | the name it commonly goes by, set by hand
GAN | goodfellow2014generative | the acronym of its title
GRU | cho2014learning | the name it commonly goes by, set by hand
GTTM | lerdahl1983generative | the acronym of its title
HARMONET | hild1991harmonet | its title
Inceptionism | mordvintsev2015inceptionism | its title
Jukebox | dhariwal2020jukebox | its title
LSTM | hochreiter1997long | the acronym of its title
LSTM 1996 | hochreiter1996lstm | the name it commonly goes by, set by hand
MAESTRO | hawthorne2019enabling | its title
MidiNet | yang2017midinet | its title
MuseGAN | dong2018musegan | its title
Music Transformer | huang2018musicb | its title
MusicVAE | roberts2018hierarchical | the name it commonly goes by, set by hand
NSynth | engel2017neural | the name it commonly goes by, set by hand
Performance RNN | simon2017performance | its title
ResNet | he2016deep | the name it commonly goes by, set by hand
RNN-RBM | boulangerlewandowski2012modeling | the name it commonly goes by, set by hand
SampleRNN | mehri2016samplernn | its title
SeqGAN | yu2016seqgan | its title
Transformer | vaswani2017attention | the name it commonly goes by, set by hand
U-Net | ronneberger2015u | its title
VAE | kingma2014auto | the name it commonly goes by, set by hand
VQ-VAE | oord2017neural | the name it commonly goes by, set by hand
WaveGAN | donahue2018adversarial | the name it commonly goes by, set by hand
WaveNet | oord2016wavenet | its title
word2vec | mikolov2013efficient | the name it commonly goes by, set by hand
"""
