"""Author lists that were cut at every comma, read into the title or misspelt: put right by hand, each with its evidence."""

# Lists of "Family, Given" cut at every comma, so that given names stood as authors: key | the same words, in pairs.
# Names of up to three letters were dropped in reading; a family name that stands alone has lost such a given name.
PAIRS = """
ackley1985learning | Ackley, David H.; Geoffrey E. Hinton; Terrence J. Sejnowski
alain2016gsns | Alain, Guillaume
alajanki2016benchmarking | Alajanki, Anna; Yang, Yi-Hsuan; Soleymani, Mohammad
amershi2011effective | Amershi, Saleema; James Fogarty; Ashish Kapoor; Desney Tan
bayer2014learning | Bayer, Justin; Osendorfer, Christian
bengio2013estimating | Bengio, Yoshua; Léonard, Nicholas; Courville, Aaron
bergstrom2007isochords | Bergstrom, Tony; Karahalios, Karrie; Hart, John C
berthelot2017began | Berthelot, David; Thomas Schumm; Luke Metz
caffier2017common | Caffier, Philipp P; Nasr, Ahmed Ibrahim; Rendon, Maria del Mar Ropero; Wienhausen, Sascha; Forbes, Eleanor; Seidner, Wolfram; Nawka, Tadeus
calandruccio2007spectral | Calandruccio, Lauren; Karen A Doherty
carter2017artificial | Carter, Shan; Nielsen, Michael
cella2018open | Cella, Carmine-Emanuele; Philippe Esling
chen2001creating | Chen, Chun-Chi J.; Miikkulainen, Risto
chen2008emotion | Chen, Chin-Han; Weng, Ming-Fang; Jeng, Shyh-Kang; Chuang, Yung-Yu
chen2013pairwise | Chen; Bennett, Paul N; Collins-Thompson, Kevyn; Horvitz, Eric
chorowski2017better | Chorowski; Jaitly, Navdeep
chung2015recurrent | Chung, Junyoung; Kastner, Kyle; Dinh, Laurent; Goel, Kratarth; Courville, Aaron; Bengio, Yoshua
ciuha2010visualization | Ciuha, Peter; Klemenc, Bojan; Solina, Franc
clark2018creative | Clark, Elizabeth; Anne Spencer Ross; Chenhao Tan; Yangfeng Ji; Noah A. Smith
cohn1994improving | Cohn, David; Les Atlas; Richard Ladner
cope1991computers | Cope, David
doersch2016tutorial | Doersch, Carl
ellis2007beat | Ellis, Daniel P
fernandez2013ai | Fernández, Jose D.; Vico, Francisco
fonteles2013creating | Fonteles, Joyce Horn; Rodrigues, Maria Andréia Formico; Basso, Victor Emanuel Dias
fraccaro2016sequential | Fraccaro, Marco; Sønderby, Søren Kaae; Paquet, Ulrich; Winther
garfield2008creativity | Garfield, Monica J
godbole2015discriminative | Godbole, Shantanu; Sarawagi, Sunita
grekow2011emotion | Grekow, Jacek
grosche2010cyclic | Grosche, Peter; Müller, Meinard; Kurth, Frank
gulrajani2017pixelvae | Gulrajani, Ishaan; Kumar, Kundan; Ahmed, Faruk; Taiga, Adrien Ali; Visin, Francesco; Vazquez, David; Courville, Aaron
hevner1936experimental | Hevner, Kate
holgate2018why | Holgate, Eric; Isabel Cachola; Daniel Preoţiuc-Pietro; Junyi Jessy Li
johnson2017generating | Johnson, Daniel
kingma2014stochastic | Kingma, Diederik P.; Welling
kurdi2017introducing | Kurdi, Benedek; Lozano, Shayn; Banaji, Mahzarin R
larsen2016autoencoding | Larsen, Anders Boesen Lindbo; Sønderby, Søren Kaae; Larochelle, Hugo; Winther
lemaitre2014effectiveness | Lemaitre, Guillaume; Davide Rocchesso
lenzo2007cmu | Lenzo, Kevin
logan2001music | Logan, Beth; A. Salomon
luan2017deep | Luan, Fujun; Paris, Sylvain; Shechtman; Bala, Kavita
malandrino2015color | Malandrino, Delfina; Pirozzi, Donato; Zaccagnino, Gianluca; Zaccagnino, Rocco
malandrino2019learning | Malandrino, Delfina; Pirozzi, Donato; Zaccagnino, Rocco
mogren2016c | Mogren, Olof
nakano2014vocal | Nakano, Tomoyasu; Yoshii, Kazuyoshi; Goto, Masataka
oppenheim1969speech | Oppenheim, Alan V
pachet2000taxonomy | Pachet, François; Cazaly, Daniel
pachet2004improving | Pachet, Francois; Aucouturier, Jean-Julien
panteli2017characterization | Panteli, Maria; Bittner, Rachel; Bello, Juan Pablo; Dixon, Simon
robbins2000stochastic | Robbins, Herbert; Monro, Sutton
rubner2000earth | Rubner, Yossi; Carlo Tomasi; Leonidas Guibas
sakurai2005ftw | Sakurai, Yasushi; Masatoshi Yoshikawa; Christos Faloutsos
salamon2012musical | Salamon, Justin; Rocha, Bruno; Gómez, Emilia
seabrook2015song | Seabrook, John
semeniuta2017hybrid | Semeniuta, Stanislau; Severyn, Aliaksei; Barth, Erhardt
serban2017hierarchical | Serban, Iulian Vlad; Sordoni, Alessandro; Lowe, Ryan; Charlin, Laurent; Pineau, Joelle; Courville, Aaron; Bengio, Yoshua
snydal2005improviz | Snydal; Hearst, Marti
taplin2003greek | Taplin, Oliver
thalen2001describing | Thalén, Margareta; Sundberg, Johan
verma2012real | Verma, Prateek; Preeti Rao
vintch2017generative | Vintch, Brett
viterbi1967error | Viterbi, Andrew
wang2012musical | Wang, Yun-Sheng; Wechsler, Harry
"""

# Authors lost in reading, names of two references or of a publisher, the title among the authors and the authors
# in the title: key | field | new value | evidence
NAMES = """
bowman2015generating | authors | Bowman, Samuel; Vilnis, Luke; Vinyals, Oriol; Dai, Andrew M.; Jozefowicz, Rafal; Bengio, Samy | family and given names stood as separate authors and 'Dai' was lost; stored file 57917972123 has the six
chan2009visualizing | authors | Chan, Wing-Yi; et al. | family and given names stood as separate authors; of two more only the given names were read ('Huamin', 'Wai-Ho')
chao2005deep | authors | Li, Chao; Ma, Xiaokong; Jiang, Bing; Li, Xiangang; Zhang, Xuewei; Liu, Xiao; Cao, Ying; Kannan, Ajay; Zhu, Zhenyao | family and given names stood as separate authors and six short family names were lost; stored file 70390053088 has the nine
e2002singer | authors | Kim, Youngmoo E.; Whitman, Brian | family and given names stood as separate authors and 'Kim' was lost; stored file 1301836668 has the two
gauba2017prediction | authors | Gauba, Himaanshu; Kumar, Pradeep; Singh, Priyanka; Dogra, Debi Prosad; Raman, Balasubramanian; et al. | family and given names stood as separate authors; of one more only the given names were read ('Partha Pratim')
hang2016song | authors | Chu, Hang; Urtasun, Raquel; Fidler, Sanja | family and given names stood as separate authors and 'Chu' was lost; stored file 56584171786 has the three
jiwei2015hierarchical | authors | Li, Jiwei; Luong, Minh-Thang; Jurafsky, Dan | family and given names stood as separate authors and 'Li' was lost; stored file 5682790946 has the three
pierre2017sampling | authors | Roy, Pierre; Papadopoulos, Alexandre; Pachet, François | family and given names stood as separate authors and 'Roy' was lost; stored file 58623927572 has the three
sandler2018mobilenetv2 | authors | Sandler, Mark; Howard, Andrew; Zhu, Menglong; Zhmoginov, Andrey; Chen, Liang-Chieh | family and given names stood as separate authors and 'Zhu' was lost; stored file 18128063825 has the five
tang2015sentiment | authors | Tang, Duyu; Wei, Furu; Qin, Bing; Yang, Nan; Liu, Ting; Zhou, Ming | family and given names stood as separate authors and four short names were lost; stored file 69588920100 has the six
yijun2017universal | authors | Li, Yijun; Fang, Chen; Yang, Jimei; Wang, Zhaowen; Lu, X.; Yang, Ming-Hsuan | family and given names stood as separate authors and 'Li' and 'Lu' were lost; stored file 19386665150 has the six
bergstra2011theano | authors | Bergstra, James; Frédéric Bastien; Olivier Breuleux; Pascal Lamblin; Razvan Pascanu; Olivier Delalleau; Guillaume Desjardins; et al. | family and given name of the first author stood as two; 'al.' was lost
villoutreix2017synthesizing | authors | Villoutreix, Paul; Andén, Joakim; Lim, Bomyi; Lu, Hang; Kevrekidis, Ioannis G.; Singer, Amit; Shvartsman, Stas Y. | BibTeX's 'AND' stood between the names
hawthorne2022general | authors | Hawthorne, Curtis; Jaegle, Andrew; Cangea, Cătălina; Borgeaud, Sebastian; Nash, Charlie; Malinowski, Mateusz; Dieleman; et al. | BibTeX's 'and others' stuck to the last name
robbins2000stochastic | year | 1951 | robbins1951stochastic has the same title and the same two authors; the reference's own year was not read
godbole2015discriminative | year | 2004 | stored file 12244803472 cites the paper (PAKDD) under 2004
dordrecht2015music | authors | Carlson | place and publisher of the reference before stood in front of the author
wang2022spatial | authors | J. Wang; Y. Liu; B. Wang; Y. Zhi; S. Li; S. Xia; F. Tong; L. Li; Q. Hong | a page header ('Detection and Classification of Acoustic Scenes') stood among the authors
cannam2015vamp | authors | C. Cannam; E. Benetos; M. Mauch; M. E. P. Davies; S. Dixon; C. Landone; K. Noland; D. Stowell | the first word of the title stood behind the last author
mirex2017cnn | authors | Hendrik Schreiber | the title's first word stood behind the author
beck2003reading | title | Test-Driven Development: By Example | the title stood among the authors, the publisher's line in its place
beck2003reading | authors | K. Beck | the title stood among the authors
durrett2010cambridge | title | Probability: Theory and Examples | the title stood among the authors, cut at its 'and'; the publisher's line in its place
durrett2010cambridge | authors | R. Durrett | the title stood among the authors
jung1962new | title | Memories, Dreams, Reflections | the title stood among the authors, cut at its commas; place and publisher in its place
jung1962new | authors | Carl Jung; Aniela Jaffé | the title stood among the authors
jung1962new | venue | Random House | place and publisher stood as the title
makino2007dordrecht | title | Blind Speech Separation | the title stood among the authors, the publisher's line in its place
makino2007dordrecht | authors | S. Makino; T.-W. Lee; H. Sawada | the title stood among the authors
owens2010new | title | SQLite | the title stood among the authors, the publisher's line in its place
owens2010new | authors | M. Owens; G. Allen | the title stood among the authors
zwicker2013berlin | title | Psychoacoustics: Facts and Models | the title stood among the authors, cut at its 'and'; the publisher's line in its place
zwicker2013berlin | authors | E. Zwicker; H. Fastl | the title stood among the authors
isola2017zhu | authors | Phillip Isola; Jun-Yan Zhu; Tinghui Zhou; Alexei Efros | the names from the third word on stood as the title
janssen2013bas | authors | Berit Janssen; W. Bas de Haas; Anja Volk; Peter van Kranenburg | the other authors stood as the title; janssen2013discovering has the same four
koops2017bas | authors | Hendrik Vincent Koops; Bas de Hass; John Ashley Burgoyne; Jeroen Bransen | the other authors stood as the title
richard2016vogl | authors | Richard Vogl; Matthias Dorfer; Peter Knees | the family name and the other authors stood as the title
whiteley2006taylan | authors | Nick Whiteley; Taylan Cemgil; Simon Godsill | the other authors stood as the title
noll1964short | title | Short-time spectrum and "cepstrum" techniques for vocal-pitch detection | cut at a quotation mark; stored file 29323980842 has the whole title
jensenius2017sonic | title | Sonic microinteraction in "the air" | cut at a quotation mark; stored file 44391054047 has the whole title
troxel2016music | title | Music transcription with a convolutional neural network | the date at the end is the record's year
tank1988spatially | title | Spatially resolved calcium dynamics of mammalian purkinje cells in cerebellar slice | a letter of the last author's name stood before the title
gray1989singer | title | Oscillatory Responses in Cat Visual Cortex Exhibit Inter-Columnar Synchronization which Reflects Global Stimulus Properties | initials and the last author stood before the title, journal and volume behind it
gray1989singer | authors | Gray, C. M.; KSnig, P.; Engel, A. K.; Singer, W. | the last author stood before the title
miller1989real | title | Real Time Application of Neural Networks for Sensor-Based Control of Robots with Vision | an initial stood before the title
miller1989real | authors | Miller, W. T. | an initial stood before the title
blackwood1990meyer | title | A Model of the processing of voiced plosives in the auditory nerve and cochlear nucleus | two authors stood before the title
blackwood1990meyer | authors | Blackwood, N.; Meyer, G.; Aimsworth, W. | two authors stood before the title
gray1991ksnig | title | Temporal Properties of Synchronous Oscillatory Interactions in Cat Striate Cortex | two authors stood before the title
gray1991ksnig | authors | Gray, C. M.; Engel, A. K.; KSnig, P.; Singer, W. | two authors stood before the title
lazzaro1993mahowald | title | Silicon auditory processors as computer peripherals | three authors stood before the title
lazzaro1993mahowald | authors | Lazzaro, J.; Wawrzynek, J.; Mahowald, M.; Sivilotti, M.; Gillespie, D. | three authors stood before the title
darrell1995attention | title | Attention-driven Expression and Gesture Analysis in an Interactive Environment | an initial stood before the title
rieke1997de | title | Spike: Exploring the Neural Code | two authors stood before the title
rieke1997de | authors | Rieke, F.; Warland, D.; de Ruyter van Steveninck, R.; Bialek, W. | two authors stood before the title
malsburg1976von | title | A mechanism for producing continuous neural mappings: ocularity dominance stripes and ordered retino-tectal projections | particle and second author stood as the title; the text of the source has the entry whole
malsburg1976von | authors | von der Malsburg, C.; Willshaw, D. J. | particle and second author stood as the title
hanson19898z | title | A comparison of different biases for minimal network construction with back-propagation | the second author stood before the title ('8z' is a misread '&')
hanson19898z | authors | Hanson, S. J.; Pratt, L. | the second author stood before the title ('8z' is a misread '&')
tomko19748z | title | Neural variability: Non-stationary response to identical visual stimuli | the second author stood before the title ('8z' is a misread '&')
tomko19748z | authors | Tomko, G. J.; Crapper, D. R. | the second author stood before the title ('8z' is a misread '&')
geiger1991lance | title | Learning How to Teach or Selecting Minimal Surface Data | two authors of the paper before it in the proceedings stood in front of the title
vapnik1991don | title | Principles of Risk Minimization for Learning Theory | two names stood in front of the title; vapnik1992principles has it whole
abumostafa1995financial | title | Financial Market Applications of Learning from Hints | the book and its editor followed the chapter's title
abumostafa1995financial | venue | Neural Networks in the Capital Markets | the book followed the chapter's title
eskandar1991inferior | title | Inferior temporal neurons convey information about stimulus patterns and their behavioral relevance | the journal and a second reference of the same author followed ('Role of inferior temporal neurons in visual memory', submitted)
eskandar1991inferior | venue | Soc Neurosci Abstr | the journal followed the title; the one that stood here is the second reference's
michie1968machine | title | Machine Intelligence | the editors followed the book's title; the source does not give the chapter's
werbos1983energy | title | Energy Models and Studies | the editor followed the title
holte1993veryb | title | Very Simple Classification Rules Perform Well on Most Commonly Used databases | journal, volume or pages followed the title
white1991overview | title | An Overview of Representation and Convergence results for Multilayer feed-forward Networks | the editors followed the title
novikoff1963convergence | title | On convergence proofs for Perceptrons | the meeting and the editor followed the title
anderson1988synthesis | title | Synthesis of reflexive behaviour for a mobile robot based upon a stimulus-response paradigm | the meeting followed the title
matsubara1956lattice | title | A lattice model of Liquid Helium, I | the journal followed the title
rosenreid1982digital | title | Digital Picture Processing, Vol. 1 | 'chap' followed the title
rumelhart1986parallelb | title | Parallel Distributed Processing, Vol. 1 | 'Ch' followed the title
margaritis1985bayesian | year | 1999 | the text of the source has report CMU-CS-99-134 without a year; the year of the reference behind it was read
margaritis1985bayesian | venue | Technical report | as the text of the source has it
blake1979uci | year |  | the text of the source gives no year; that of the reference behind it was read
blake1979uci | year_basis |  | no year is left
weinheim1988outline | venue | Journal of Theoretical Biology | as the text of the source has it; the reference before it has the publisher that stood here
"""

# Names in which a scan's letters were misread: as it was read | as other lists of authors have it
MISREAD = """
Alstr0m | Alstrøm
Fr6gnac | Fregnac
K6nig | Konig
KSnig | Konig
M6zard | Mezard
Mdzard | Mezard
Pint6r | Pinter
R6scheisen | Roscheisen
Rand10v | Randlov
Sch51kopf | Schölkopf
Sch61kopf | Schölkopf
SchOlkopf | Schölkopf
SchSlkopf | Schölkopf
Svens6n | Svensen
Wal16n | Wallen
"""
