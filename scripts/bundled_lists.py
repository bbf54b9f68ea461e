"""Reference lists read again from a text, where the list cut out of a PDF had lost, joined or misread entries."""

# The article WaveNet, translated, with its reference list as it was printed.
WAVENET_SOURCE = (
    "stored file 29771121975 (a translation of the article with its reference list; repository not named by the index)"
)

# All 62 entries of WaveNet's list, in its order: key | authors | year | title | venue | arXiv id. A key alone: the record
# was read from another document and stays as it is. A new key: the entry was not in the collection.
WAVENET = """
agiomyrgiannakis1994vocaine | Agiomyrgiannakis, Yannis | 2015 | Vocaine the vocoder and applications is speech synthesis | ICASSP |
bishop1994mixture
chen2015semantic | Chen, Liang-Chieh; Papandreou, George; Kokkinos, Iasonas; Murphy, Kevin; Yuille, Alan L. | 2015 | Semantic image segmentation with deep convolutional nets and fully connected CRFs | ICLR | 1412.7062
chiba1942dudley | Chiba, Tsutomu; Kajiyama, Masato | 1942 | The Vowel: Its Nature and Structure | Tokyo-Kaiseikan |
dudley1939remaking | Dudley, Homer | 1939 | Remaking speech | The Journal of the Acoustical Society of America |
dutilleux1989implementation | Dutilleux, Pierre | 1989 | An implementation of the "algorithme à trous" to compute the wavelet transform | Wavelets: Time-Frequency Methods and Phase Space |
fan2014tts | Fan, Yuchen; Qian, Yao; Xie, Feng-Long; Soong, Frank K. | 2014 | TTS synthesis with bidirectional LSTM based recurrent neural networks | Interspeech |
fant1960acoustic
garofolo1993darpa
gonzalvo2015recent | Gonzalvo, Xavi; Tazari, Siamak; Chan, Chun-an; Becker, Markus; Gutkin, Alexander; Silen, Hanna | 2016 | Recent advances in Google real-time HMM-driven unit selection synthesizer | Interspeech |
he2016deep
hochreiter1997long
holschneider1989real | Holschneider, Matthias; Kronland-Martinet, Richard; Morlet, Jean; Tchamitchian, Philippe | 1989 | A real-time algorithm for signal analysis with the help of the wavelet transform | Wavelets: Time-Frequency Methods and Phase Space |
hoshen2015speech
hunt1996unit | Hunt, Andrew J.; Black, Alan W. | 1996 | Unit selection in a concatenative speech synthesis system using a large speech database | ICASSP |
imai1975unbiased | Imai, Satoshi; Furuichi, Chieko | 1988 | Unbiased estimation of log spectrum | EURASIP |
itakura1975line | Itakura, Fumitada | 1975 | Line spectrum representation of linear predictor coefficients of speech signals | The Journal of the Acoustical Society of America |
itakura1988statistical | Itakura, Fumitada; Saito, Shuzo | 1970 | A statistical method for estimation of speech spectral density and formant frequencies | Trans. IEICE |
itu1988pulse | ITU-T | 1988 | Recommendation G. 711. Pulse Code Modulation (PCM) of voice frequencies | |
jozefowicz2016exploring | Józefowicz, Rafal; Vinyals, Oriol; Schuster, Mike; Shazeer, Noam; Wu, Yonghui | 2016 | Exploring the limits of language modeling | CoRR | 1602.02410
juang1985mixture | Juang, Biing-Hwang; Rabiner, Lawrence | 1985 | Mixture autoregressive hidden Markov models for speech signals | IEEE Trans. Acoust. Speech Signal Process. |
kameoka2010speech | Kameoka, Hirokazu; Ohishi, Yasunori; Mochihashi, Daichi; Le Roux, Jonathan | 2010 | Speech analysis with multi-kernel linear prediction | Spring Conference of ASJ |
karaali1997text | Karaali, Orhan; Corrigan, Gerald; Gerson, Ira; Massey, Noel | 1997 | Text-to-speech conversion with neural networks: A recurrent TDNN approach | Eurospeech |
kawahara1999restructuring | Kawahara, Hideki; Masuda-Katsuse, Ikuyo; de Cheveigné, Alain | 1999 | Restructuring speech representations using a pitch-adaptive time-frequency smoothing and an instantaneous-frequency-based f0 extraction: possible role of a repetitive structure in sounds | Speech Commn. |
kawahara2001aperiodicity | Kawahara, Hideki; Estill, Jo; Fujimura, Osamu | 2001 | Aperiodicity extraction and control using mixed mode excitation and group delay manipulation for a high quality speech analysis, modification and synthesis system STRAIGHT | MAVEBA |
edith2009input | Law, Edith; Von Ahn, Luis | 2009 | Input-agreement: a new mechanism for collecting data using human computation games | Proceedings of the SIGCHI Conference on Human Factors in Computing Systems |
maia2010statistical | Maia, Ranniery; Zen, Heiga; Gales, Mark J. F. | 2010 | Statistical parametric speech synthesis with joint estimation of acoustic and excitation model parameters | ISCA SSW7 |
morise2016world | Morise, Masanori; Yokomori, Fumiya; Ozawa, Kenji | 2016 | WORLD: A vocoder-based high-quality speech synthesis system for real-time applications | IEICE Trans. Inf. Syst. |
moulines1990pitch | Moulines, Eric; Charpentier, Francis | 1990 | Pitch-synchronous waveform processing techniques for text-to-speech synthesis using diphones | Speech Commn. |
muthukumar2014deep | Muthukumar, P.; Black, Alan W. | 2014 | A deep learning approach to data-driven parameterizations for statistical parametric speech synthesis | | 1409.8558
nair2010rectified
nakamura2014integration | Nakamura, Kazuhiro; Hashimoto, Kei; Nankaku, Yoshihiko; Tokuda, Keiichi | 2014 | Integration of spectral feature extraction and modeling for HMM-based speech synthesis | IEICE Trans. Inf. Syst. |
palaz2013estimating | Palaz, Dimitri; Collobert, Ronan; Magimai-Doss, Mathew | 2013 | Estimating phoneme class conditional probabilities from raw speech signal using convolutional neural networks | Interspeech | 1304.1018
peltonen1982nonlinear | Peltonen, Sari; Gabbouj, Moncef; Astola, Jaakko | 2001 | Nonlinear filter design: methodologies and challenges | IEEE ISPA |
poritz1982linear | Poritz, Alan B. | 1982 | Linear predictive hidden Markov models and the speech signal | ICASSP |
rabiner1993fundamentals
sagisaka2015atr | Sagisaka, Yoshinori; Kaiki, Nobuyoshi; Iwahashi, Naoto; Mimura, Katsuhiko | 1992 | ATR ν-talk speech synthesis system | ICSLP |
sainath2015learning | Sainath, Tara N.; Weiss, Ron J.; Senior, Andrew; Wilson, Kevin W.; Vinyals, Oriol | 2015 | Learning the speech front-end with raw waveform CLDNNs | Interspeech |
takaki2016deep | Takaki, Shinji; Yamagishi, Junichi | 2016 | A deep auto-encoder based low-dimensional feature extraction from FFT spectral envelopes for statistical parametric speech synthesis | ICASSP |
takamichi2016postfilters | Takamichi, Shinnosuke; Toda, Tomoki; Black, Alan W.; Neubig, Graham; Sakriani, Sakti; Nakamura, Satoshi | 2016 | Postfilters to modify the modulation spectrum for statistical parametric speech synthesis | IEEE/ACM Trans. Audio Speech Lang. Process. |
theis2015generative | Theis, Lucas; Bethge, Matthias | 2015 | Generative image modeling using spatial LSTMs | NIPS |
toda2007speech | Toda, Tomoki; Tokuda, Keiichi | 2007 | A speech parameter generation algorithm considering global variance for HMM-based speech synthesis | IEICE Trans. Inf. Syst. |
toda2015statistical | Toda, Tomoki; Tokuda, Keiichi | 2008 | Statistical approach to vocal tract transfer function estimation based on factor analyzed trajectory hmm | ICASSP |
tokuda2011speech | Tokuda, Keiichi | 2011 | Speech synthesis as a statistical machine learning problem | ASRU |
tokuda2015directly | Tokuda, Keiichi; Zen, Heiga | 2015 | Directly modeling speech waveforms by neural networks for statistical parametric speech synthesis | ICASSP |
tokuda2016directly | Tokuda, Keiichi; Zen, Heiga | 2016 | Directly modeling voiced and unvoiced components in speech waveforms by neural networks | ICASSP |
tuerk1993speech | Tuerk, Christine; Robinson, Tony | 1993 | Speech synthesis using artificial neural networks trained on cepstral coefficients | Proc. Eurospeech |
tuske2014acoustic | Tüske, Zoltán; Golik, Pavel; Schlüter, Ralf; Ney, Hermann | 2014 | Acoustic modeling with deep neural networks using raw time signal for LVCSR | Interspeech |
uria2015modelling | Uria, Benigno; Murray, Iain; Renals, Steve; Valentini-Botinhao, Cassia; Bridle, John | 2015 | Modelling acoustic feature dependencies with artificial neural networks: Trajectory-RNADE | ICASSP |
oord2016pixel
oord2016conditional
yijian2002minimum | Wu, Yi-Jian; Tokuda, Keiichi | 2008 | Minimum generation error training with direct log spectral distortion on LSPs for HMM-based speech synthesis | Interspeech |
yamagishi2012english
yoshimura2002simultaneous | Yoshimura, Takayoshi | 2002 | Simultaneous modeling of phonetic and prosodic parameters, and characteristic conversion for HMM-based text-to-speech systems | PhD thesis |
yu2016multi
zen2006example | Zen, Heiga | 2006 | An example of context-dependent label format for HMM-based speech synthesis in English | |
zen2007reformulating | Zen, Heiga; Tokuda, Keiichi; Kitamura, Tadashi | 2007 | Reformulating the HMM as a trajectory model by imposing explicit relationships between static and dynamic features | Comput. Speech Lang. |
zen2009statistical | Zen, Heiga; Tokuda, Keiichi; Black, Alan W. | 2009 | Statistical parametric speech synthesis | Speech Commn. |
heiga2013statistical | Zen, Heiga; Senior, Andrew; Schuster, Mike | 2013 | Statistical parametric speech synthesis using deep neural networks | Proc. ICASSP |
zen2016fast | Zen, Heiga; Agiomyrgiannakis, Yannis; Egberts, Niels; Henderson, Fergus; Szczepaniak, Przemysław | 2016 | Fast, compact, and high quality LSTM-RNN based statistical parametric speech synthesizers for mobile devices | Interspeech | 1606.06061
"""
