#include "index/stop_words.h"

#include <algorithm>
#include <map>

#include "index/text_fold.h"

namespace kalends {
namespace {

struct WordList {
  std::string_view language;
  std::string_view words;  // With a space between two.
};

// Contractions are words with an apostrophe: a text is not split at it.
constexpr WordList kWordLists[] = {
    {"danish",
     "ad af aldrig alle alt anden andet andre at bare begge blev blive bliver da de dem den denne der "
     "deres det dette dig din dine disse dit dog du efter ej eller en end ene eneste enhver er et fem "
     "flere for fordi forrige fra få får før god ham han hans har havde have hende hendes her hos hun hvad "
     "hvem hver hvilken hvis hvor hvordan hvorfor hvornår i ikke ind ingen intet ja jeg jer jeres jo kan "
     "kom komme kommer kun kunne lad lav man mange med meget men mens mere mig min mine mit mod må ned nej "
     "noget nogen nogle nu når og også om op os over på samme sig sin sine sit skal skulle som sådan så "
     "til ud under var ved vi vil ville vor vores være været"},
    {"dutch",
     "aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een eens "
     "en er ge geen geweest haar had heb hebben heeft hem het hier hij hoe hun iemand iets ik in is ja je "
     "jij jou jouw jullie kan kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of "
     "om omdat ons onze ook op over reeds te tegen toch toen tot u uit uw van veel voor want waren was wat "
     "we wel werd wezen wie wij wil worden wordt zal ze zei zelf zich zij zijn zo zonder zou"},
    {"english",
     "a about above after again against all am an and any are aren't as at be because been before being "
     "below between both but by can't cannot could couldn't did didn't do does doesn't doing don't down "
     "during each few for from further had hadn't has hasn't have haven't having he he'd he'll he's her "
     "here here's hers herself him himself his how how's i i'd i'll i'm i've if in into is isn't it it's "
     "its itself let's me more most mustn't my myself no nor not of off on once only or other ought our "
     "ours ourselves out over own same shan't she she'd she'll she's should shouldn't so some such than "
     "that that's the their theirs them themselves then there there's these they they'd they'll they're "
     "they've this those through to too under until up very was wasn't we we'd we'll we're we've were "
     "weren't what what's when when's where where's which while who who's whom why why's with won't would "
     "wouldn't you you'd you'll you're you've your yours yourself yourselves"},
    {"finnish",
     "ei eivät emme en enemmän eri et ette että he heidän heidät heille heillä heiltä heissä heistä heitä "
     "hän häneen häneksi hänelle hänellä häneltä hänen hänessä hänestä hänet häntä itse ja jo johon joiden "
     "joihin joiksi joilla joille joilta joina joissa joista joita joka joko jokin joksi jolla jolle jolta "
     "jona jonka jos jossa josta jota jotka jotta kanssa keiden keneen kenelle kenellä kenen kenessä "
     "kenestä kenet ketkä ketä koska kuin kuka kun kuten me meidän meidät meille meillä meiltä meissä "
     "meistä meitä mihin mikä miksi mille millä miltä minkä minua minulla minulle minulta minun minussa "
     "minusta minut minuun minä missä mistä mitkä mitä mukaan mutta myös ne niiden niihin niiksi niille "
     "niillä niiltä niin niissä niistä niitä noiden noihin noilla noille noilta noin noissa noista noita "
     "nuo nyt nämä näiden näihin näillä näille näiltä näissä näistä näitä ole olemme olen olet olette oli "
     "olimme olin olisi olisimme olisin olisit olisitte olisivat olit olitte olivat olla olleet ollut on "
     "ovat poikki se sekä sen siihen siinä siitä siksi sille sillä siltä sinua sinulla sinulle sinulta "
     "sinun sinussa sinusta sinut sinuun sinä sitä tai te teidän teidät teille teillä teiltä teissä teistä "
     "teitä tuo tuohon tuolla tuolle tuolta tuon tuossa tuosta tuota tähän tälle tällä tältä tämä tämän "
     "tässä tästä tätä vaan vai vaikka"},
    {"french",
     "ai aie aient aies ait as au aura aurai auraient aurais aurait auras aurez auriez aurions aurons "
     "auront aux avaient avais avait avec avez aviez avions avons ayant ayez ayons c ce ceci cela celle "
     "celles celui ces cet cette ceux chez comme d dans de des donc dont du elle elles en es est et "
     "étaient étais était étant été étée étées étés êtes étiez étions eu eue eues eurent eus eusse eussent "
     "eut eux fûmes furent fus fusse fussent fut ici il ils j je l la le les leur leurs lui m ma mais me "
     "même mêmes mes moi mon n ne ni nos notre nous on ont ou où par pas pour qu quand que quel quelle "
     "quelles quels qui s sa sans se sera serai seraient serais serait seras serez seriez serions serons "
     "seront ses si soi soient sois soit sommes son sont soyez soyons suis sur t ta te tes toi ton tu un "
     "une vos votre vous y à ça c'est c'était d'un d'une j'ai l'on n'a n'est qu'elle qu'elles qu'il qu'ils "
     "qu'on qu'un qu'une s'il s'ils"},
    {"german",
     "aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes anderm "
     "andern anders auch auf aus bei bin bis bist da damit dann das dasselbe dazu daß dass dein deine "
     "deinem deinen deiner deines dem demselben den denn denselben der derer derselbe derselben des "
     "desselben dessen dich die dies diese dieselbe dieselben diesem diesen dieser dieses dir doch dort du "
     "durch ein eine einem einen einer eines einig einige einigem einigen einiger einiges einmal er es "
     "etwas euch euer eure eurem euren eurer eures für gegen gewesen hab habe haben hat hatte hatten "
     "hattest hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist ja "
     "jede jedem jeden jeder jedes jene jenem jenen jener jenes jetzt kann kein keine keinem keinen keiner "
     "keines können könnte machen man manche manchem manchen mancher manches mein meine meinem meinen "
     "meiner meines mich mir mit muss musste muß nach nicht nichts noch nun nur ob oder ohne sehr sein "
     "seine seinem seinen seiner seines selbst sich sie sind so solche solchem solchen solcher solches "
     "soll sollte sondern sonst um und uns unser unsere unserem unseren unserer unseres unter viel vom von "
     "vor war waren warst was weg weil weiter welche welchem welchen welcher welches wenn werde werden wie "
     "wieder will wir wird wirst wo wollen wollte während würde würden zu zum zur zwar zwischen über"},
    {"italian",
     "a abbia abbiamo abbiano abbiate ad agli ai al all alla alle allo anche avemmo avendo avere avesse "
     "avessero avessi avete aveva avevamo avevano avevate avevi avevo avrà avrai avranno avrebbe avrei "
     "avremo avrete avrò avuta avute avuti avuto c che chi ci coi col come con contro cui da dagli dai dal "
     "dall dalla dalle dallo degli dei del dell della delle dello di dov dove e è ebbe ebbero ebbi ed era "
     "erano eravamo eri ero essendo essere faccia fanno fece fosse fossero fossi fu fui fummo furono gli "
     "ha hai hanno ho i il in io l la le lei li lo loro lui ma mi mia mie miei mio ne negli nei nel nell "
     "nella nelle nello noi non nostra nostre nostri nostro o per perché più quale quanta quante quanti "
     "quanto quella quelle quelli quello questa queste questi questo sarà sarai saranno sarebbe sarei "
     "saremo sarò se sei si sia siamo siano siate siete sono sta stai stanno stata state stati stato stava "
     "sto su sua sue sugli sui sul sull sulla sulle sullo suo suoi ti tra tu tua tue tuo tuoi tutti tutto "
     "un una uno vi voi vostra vostre vostri vostro c'è c'era com'è dov'è"},
    {"norwegian",
     "alle andre at av bare begge ble bli blir blitt både da de deg dei deim deira deires dem den denne "
     "der dere deres det dette di din disse ditt du dykk dykkar då eg ein eit eitt eller elles en enn er "
     "et ett etter for fordi fra før ha hadde han hans har hennar henne hennes her hjå ho hoe honom hoss "
     "hossen hun hva hvem hver hvilke hvilken hvis hvor hvordan hvorfor i ikke ikkje ingen ingi inkje inn "
     "inni ja jeg kan kom korleis korso kun kunne kva kvar kvarhelst kven kvi kvifor man mange me med "
     "medan meg meget mellom men mens mer mi min mine mitt mot mykje må ned no noe noen noka noko nokon "
     "nokor nokre nå når og også om opp oss over på samme seg selv si sia sidan siden sin sine sitt sjøl "
     "skal skulle slik so som somme somt så sånn til um upp ut uten var vart varte ved vere verte vi vil "
     "ville vore vors vort vår være vært å"},
    {"portuguese",
     "a ao aos aquela aquelas aquele aqueles aquilo as até com como da das de dela delas dele deles depois "
     "do dos e ela elas ele eles em entre era eram éramos essa essas esse esses esta estamos estar estas "
     "estava estavam este esteja esteve estive estiveram estou está estão eu foi fomos for foram fosse "
     "fossem fui há haja hajam havia haver hei houve isso isto já lhe lhes mais mas me mesmo meu meus "
     "minha minhas muito na nas nem no nos nossa nossas nosso nossos num numa não nós o os ou para pela "
     "pelas pelo pelos por quais qual quando que quem se seja sejam sem ser será serão seria seriam seu "
     "seus somos sou sua suas são só também te tem temos tenha tenham tenho ter terá terão teria teu teus "
     "teve tinha tinham tive tiveram tu tua tuas têm um uma você vocês vos à às é"},
    {"russian",
     "и в во не что он на я с со как а то все всё она так его но да ты к у же вы за бы по только ее её мне "
     "было вот от меня еще ещё нет о из ему теперь когда даже ну вдруг ли если уже или ни быть был него до "
     "вас нибудь опять уж вам ведь там потом себя ничего ей может они тут где есть надо ней для мы тебя их "
     "чем была сам чтоб чтобы без будто чего раз тоже себе под будет ж тогда кто этот того потому этого "
     "какой совсем ним здесь этом один почти мой моя мое моё мои тем нее неё сейчас были куда зачем всех "
     "никогда можно при наконец два об обо другой хоть после над больше тот через эти нас про всего них "
     "какая много разве три эту впрочем свою этой перед иногда лучше чуть том нельзя такой им более всегда "
     "конечно всю между это эта мной тобой наш наша наше наши ваш ваша ваше ваши свой своя свое своё свои "
     "который которая которое которые которого которой которых"},
    {"spanish",
     "a al algo algunas algunos ante antes como con contra cual cuando de del desde donde durante e el "
     "ella ellas ellos en entre era erais eran eras eres es esa esas ese eso esos esta estaba estaban "
     "estado estamos estar estará estas este esto estos estoy está están fue fuera fueran fueron fui "
     "fuimos ha haber había habían habrá han has hasta hay haya he hemos hube hubo la las le les lo los me "
     "mi mis mucho muchos muy más mí mía mías mío míos nada ni no nos nosotras nosotros nuestra nuestras "
     "nuestro nuestros o os otra otras otro otros para pero poco por porque que quien quienes qué se sea "
     "sean ser será serán sería si sido siendo sin sobre sois somos son soy su sus suya suyas suyo suyos "
     "sí también tanto te tendrá tenemos tener tengo ti tiene tienen toda todas todo todos tu tus tuve "
     "tuvo tuya tuyas tuyo tuyos tú un una uno unos vosotras vosotros vuestra vuestras vuestro vuestros y "
     "ya yo él éramos"},
    {"swedish",
     "alla allt att av bland blev bli blir blivit de dem den denna deras dess dessa det detta dig din dina "
     "ditt du då där efter ej eller en er era ert ett från för ha hade han hans har henne hennes hon honom "
     "hur här i icke ingen inom inte jag ju kan kunde man med mellan men mig min mina mitt mot mycket ni "
     "nu när någon något några och om oss på samma sedan sig sin sina sitta själv skulle som så sådan "
     "sådana sådant till under upp ut utan vad var vara varför varit varje vars vart vem vi vid vilka "
     "vilkas vilken vilket vår våra vårt än är åt över"},
};

StopWords Loaded(std::string_view words) {
  StopWords loaded;
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    loaded.insert(FoldText(word));
    loaded.insert(FoldText(word, {.diacritic_sensitive = true}));
  }
  return loaded;
}

std::map<std::string_view, StopWords> LoadAll() {
  std::map<std::string_view, StopWords> lists;
  for (const WordList& list : kWordLists) lists[list.language] = Loaded(list.words);
  return lists;
}

}  // namespace

const StopWords& StopWordsOf(std::string_view language) {
  static const StopWords none;
  static const std::map<std::string_view, StopWords> lists = LoadAll();
  const auto found = lists.find(language);
  return found != lists.end() ? found->second : none;
}

}  // namespace kalends
