"""Authors of bundled works whose documents were read without them, each list with the page that names it."""

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
