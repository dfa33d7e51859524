//! What is known of each language: its function words and the letters that not all languages
//! of its script have.
//!
//! Words and letters may belong to several languages; then they speak for all of them. A row
//! without a code is a way of writing that must not be taken for one of the others.

use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::sample::SCRIPTS;
use super::sample::Script::{self, Arabic, Cyrillic, Devanagari, Latin};

/// One row of the table.
pub(super) struct Language {
    /// ISO 639-1 code; `None` for a way of writing that is known only to be told from others.
    pub(super) code: Option<&'static str>,
    /// The script it is written in.
    pub(super) script: Script,
    /// Frequent short words, in lower case, separated by spaces. An apostrophe separates words.
    pub(super) words: &'static str,
    /// Letters beyond those that every language of the script has.
    letters: &'static str,
}

const fn row(
    code: &'static str,
    script: Script,
    letters: &'static str,
    words: &'static str,
) -> Language {
    Language {
        code: Some(code),
        script,
        words,
        letters,
    }
}

const fn nameless(script: Script, letters: &'static str, words: &'static str) -> Language {
    Language {
        code: None,
        script,
        words,
        letters,
    }
}

/// Number of rows of the table; at most the bits of a [`LanguageSet`].
pub(super) const LANGUAGE_COUNT: usize = 46;

const _: () = assert!(LANGUAGE_COUNT <= LanguageSet::BITS as usize);

/// The table.
#[rustfmt::skip]
pub(super) static LANGUAGES: [Language; LANGUAGE_COUNT] = [
    row("en", Latin, "",
        "the and of to a in is it you that for on with this are be have not i my was but or as if can \
         your what so we they do at from will any me just would there how all please need an by has \
         which their don t s m ll re ve doesn isn no one out get like use he his when about some more \
         who been other also only then them could should were our these because new here \
         after before had up into very much many most where why while same yes know think want \
         good such own than may those being does did make well see time"),
    row("de", Latin, "äöüß",
        "der die das und ist nicht ich ein eine zu in den mit auf für es dem sich auch von wie aber \
         wenn noch man nur oder bei war kann hat mir sind wir du habe was bitte im des einen einem \
         einer als werden wird aus nach er sie am um zum zur über so an da hier schon mal mehr haben \
         durch vor dass daß ja nein alle doch dann kein keine ihr uns mich dich diese wurde wo \
         gibt bis neue ihre dieser jetzt dieses waren dort können ihm wer sein seine meine jede \
         erste allen gut gibt immer wieder viel weil ob also etwas nichts ganz weiter unter gegen \
         zwischen ohne während eines jeder selbst"),
    row("fr", Latin, "àâçéèêëîïôùûœ",
        "le la les des et est un une pas je que qui pour dans ce il sur en du au avec mais vous nous \
         sont plus comme on se ne par tout suis c j l d n qu cette votre merci à ou a aux elle ils ces \
         être fait sa son ses leur y si même bien peut ont été ça très moi te tu mon ma mes deux où \
         enfin aussi faire après elles donc quelques depuis première hors alors autres quand \
         autre chez rien jamais toujours peu trop vos nos voir beaucoup dont sous cela ni lors \
         selon chaque"),
    row("es", Latin, "áéíñóúü",
        "el la los las de que y en un una no es por con para se lo como más pero me si su al del este \
         muy hay mi esta todo yo tengo gracias puede cuando hola a o sus le ya son ha fue está te tu \
         sin sobre entre ser eso esto también porque qué cada donde todos nos ni quien hace sólo desde \
         tú él ella ellos nosotros usted ustedes estar tener hacer pueden así aquí ahora mejor \
         vez día años gente otro otra otros mismo poco mucho nada nunca siempre hasta hacia \
         mientras aunque según dos era había han he hemos sea cual tan tres durante antes después \
         nuestro nuestra mis sí he esa ese esos cómo dónde solo alguien algo ahí"),
    row("pt", Latin, "áâãàçéêíóôõú",
        "o a os as de que e em um uma não é por com para se do da no na como mais mas eu você muito \
         isso meu seu ele ela quando tem foi ao obrigado alguém dos das nos nas pelo pela ou são já \
         sua à até também só esta este está me ser há às pra nem quem bem sem te minha aos ter sobre \
         tempo pode ainda hoje depois algumas tenho nossa onde aqui foram muitas dois estar fazer \
         então porque agora sempre nunca alguma algum outro outra outros essa esse esses isto mim \
         eles elas vocês seus suas desde cada"),
    row("it", Latin, "àèéìòù",
        "il lo la gli le di che e un una non è per con si sono ho ma come più del della nel questo mi \
         ti anche se ci da al hai solo perché cosa grazie qualcuno i a in l d dei delle alla dell all \
         nella sul dal o ha ai quando tutto tutti io lui suo sua essere stato chi cui dalla negli ne \
         questa c quello era molto fare senza loro dove su \
         due dopo sarà tra prima poi oggi contro invece questi così altra altro ancora noi nei \
         nell ogni mai niente nulla bene può ora qui proprio mio mia tuo voi qualche"),
    row("nl", Latin, "éëïö",
        "de het een en van ik is dat niet op te voor met zijn aan maar ook er je wat heb naar dan om \
         nog wel bij als kan in door uit die deze dit werd wordt worden hij ze tot over was of geen \
         heeft meer moet we zo hebben zich onder waar al mijn hun haar u iets kunnen veel goed mensen \
         jaar twee zou ging zelf later toen tijd waren daar zij had kwam alleen vooral graag \
         omdat niets iemand altijd dus hoe wie wij"),
    row("pl", Latin, "ąćęłńóśźż",
        "i w na nie się to jest z do że jak co o ale po czy tak już mam dla od za tylko jeszcze może \
         ma przez był są mi jestem ktoś można bardzo proszę a ze jako oraz który która które ich jego \
         przy pod ten ta te tego tym kiedy gdy bez jej nad być będzie lub ja ty my go mu nic sobie \
         bo więc przed jeśli ludzie każdy jeden było \
         też tej nawet jednak dwa tam więcej teraz albo takie chce podczas mamy taki jakie \
         wszystko tutaj zawsze nigdy dlaczego gdzie kto coś trzeba dzięki dziękuję tych swoje \
         wszystkich"),
    row("cs", Latin, "áčďéěíňóřšťúůýž",
        "a v na se je s do o z že k to i ve jsou si po od nebo jako za ale jsem byl při které tak by \
         bude jak bylo jen co která také u jeho aby který jsme byla proto ze velmi podle jejich není \
         asi už pokud když nic ne ho mu mi mě ten ta tím není být kdo kde ani než než něco však jsi \
         protože má pro toho tom jeho člověk vždy může \
         tedy tento tato zde dnes jde dva více lze pouze této mezi jestli kterou vás vám máte \
         máme den život"),
    row("sk", Latin, "áäčďéíľĺňóôŕšťúýž",
        "a v na sa je s aj z to ako že si do o pre som sú ale pri po za od nie by čo k ktorý tak alebo \
         už sme len vo jeho ktoré aby keď ich bola má ho viac byť až ani jej veľmi zo bol či tu bude \
         pred ktorá u však môže nič keby sú som než kto kde ešte iba"),
    row("ro", Latin, "ăâîșțşţ",
        "și de la în nu o un pe cu este să ce mai din că pentru sunt am ca dar se ai care sa daca asta \
         a şi al prin fi ale lui cel cea dacă sau au fost unui unei sunt va orice ei ne le toate nici \
         fără între după si in ori are fie acest această foarte cum vă te mă eu \
         poate noi asemenea iar ii atunci multe fiecare timp face avut mult aceste despre putem \
         astfel numai când cand atât tot doar acum unde mea meu pot bine bună mulțumesc pana până \
         peste"),
    row("tr", Latin, "çğıöşüâî",
        "ve bir bu da de için ile çok ne var mi ama gibi daha ben sen o değil kadar olarak en yok şey \
         nasıl mı bana olan her sonra benim teşekkürler lütfen ki ya veya hiç ise mu mü onun biz siz \
         şu tüm üzere herkes tarafından göre büyük yeni iki ilk nin nın in olduğu önce bile \
         önemli fakat bütün ancak birçok bunu çünkü bizim birlikte bunun böyle biri iyi üç ayrıca \
         şekilde sadece zaman sana yapmak diye hem kendi aynı oldu olur etmek şimdi neden kim onu \
         onlar arkadaşlar"),
    row("id", Latin, "",
        "yang dan dengan di itu tidak untuk ini akan orang dari dalam pada ia telah mereka dapat \
         menjadi ke maka oleh tetapi adalah karena bahwa juga ada lebih sudah anak sebagai kemudian \
         namun anda beberapa atau harus kita aku saya kepada tahun para saja bisa kami secara masih \
         hari bagi ketika satu baru banyak nya yg gak kalau apa dia tak seperti"),
    row("vi", Latin, "àáâãèéêìíòóôõùúýăđĩũơư",
        "và các có của là cho được những trong với không người một để công đã đến thể khi về đó này \
         năm như việc từ vào ở làm theo sẽ chỉ trên tôi cũng nhiều ra hay bạn nào thì mà lại bị phải"),
    row("sv", Latin, "åäöé",
        "och att det i en jag som är på för med inte av har till den om men ett kan så du var vi ska \
         måste eller de från man sig finns vid han när detta efter alla andra vara där under även \
         hur mot mycket få skall många mer också vill hade oss hon mig dig utan ut än nu sin bara \
         denna ny här går allt både dessa kommer ingen något någon bra tack innan sedan genom \
         kanske"),
    row("da", Latin, "æøåé",
        "og i er at en det til af på med for der har de den jeg som ikke et kan du om så men vi fra \
         man skal var være eller hvor ved også vil han når her blev meget mange hvis nu sig kunne \
         selv efter mere op få hun mig dig noget nogen deres mit hvad lige uden bare bliver"),
    row("no", Latin, "æøåéô",
        "og i er til av for det som på en å med har at et ikke om de den vi kan fra skal vil ved eller \
         var dette også men etter du jeg ble andre han denne seg ut blir så mot kunne være når må \
         nå mer noen inn hadde bli meg deg noe bare hva hvordan uten enn hun mye"),
    row("fi", Latin, "äö",
        "ja on että ei ovat myös oli tai sekä se sen ole voi joka kun ollut mutta mukaan kuin hän niin \
         noin tämän jo tämä kuitenkin olla kaikki niiden sitä eli jos miten hyvin eikä tässä nyt \
         en minä mitä ne vain mikä jotka minun olen sinä nyt vielä itse ihan mä sä"),
    row("hu", Latin, "áéíóöőúüű",
        "a az és hogy is nem egy de volt meg csak el mint vagy még már ki ha azt van sem után így pedig \
         majd ezt én mert minden két kell be amely aki lehet úgy hanem nagyon mi szerint ami most te ő \
         itt ott fel ez mit nekem köszönöm valaki"),
    row("hr", Latin, "čćđšž",
        "i u je se na za su da od a s koji o će te iz kao što do ne koje ili nakon sa to uz koja prema \
         kako biti po sve bio bi ali nije tako može samo pa ima gdje pod još ove bila jer također zbog \
         kod ga već bez sam si mi ti šta ovo nisam hvala neko \
         ako kad treba ovaj ova neki jako tko zašto više"),
    row("ca", Latin, "àçéèíïòóúü",
        "de la a el d que en l per les del els un amb es una no és al dels ha o s com més va hi \
         aquesta tot si aquest han se ser però altres seva fer també són aquests meva molt ja fins \
         cal tots pel als pot entre li ara jo tinc gràcies què"),
    // Russian in Latin letters.
    nameless(Latin, "",
        "i v ne na chto ya s kak a to eto po no za ot u k zhe tak vse dlya mne ili esli uzhe est kto \
         tolko gde kogda chtoby mozhno nuzhno vy my on ego iz do net da ty menya tebya ochen tozhe \
         potom seychas bylo budet byl byla oni ona pri pod privet nado dlja kotoryy ih ee so pro \
         svoi eshche eshe esche chem bez vot lyudi zavtra segodnya"),
    row("sl", Latin, "čšž",
        "in je na za se v da so ki z s bo tudi pa po od kot ali pri še ne bi do ni že lahko o sem to več \
         ko ima kaj tako sta bil bila smo ste kako zelo iz samo vse kjer zaradi nekaj hvala"),
    row("lt", Latin, "ąčęėįšųūž",
        "ir į kad yra iš su o tai bet kaip ne buvo jau už apie per po tik nuo ar dar jis savo kurie jie \
         labai gali prie mes aš kai būti bei ką arba visi ačiū"),
    row("lv", Latin, "āčēģīķļņšūž",
        "un ir ar no uz par kas ka to bet arī lai vai ne tas kā ja pēc tikai viņš vēl nav var būs pie \
         jau es mēs tā bija šo jo savu paldies"),
    row("et", Latin, "äõöüšž",
        "ja on ei et see ka oli aga mis kui või ning ta ma kes oma siis nii mida ole välja selle veel \
         nad pole ära mul sa kas juba seda küll saab tema väga"),
    row("sq", Latin, "çë",
        "dhe të e në për me një nga që është i do si ka më por se nuk ky kjo janë prej ai edhe duke \
         këtë tij ishte pas mund unë jam"),
    row("az", Latin, "əçğıöşü",
        "və bu ki da də bir ilə üçün olan daha o isə sonra var edib çox kimi ən mən biz nə olub deyil \
         onun"),
    row("tl", Latin, "",
        "ang ng sa na mga at ay si ni ito para hindi ko mo siya kung may isang nang ako po lang rin din \
         naman pa kanyang nila wala"),
    row("eo", Latin, "ĉĝĥĵŝŭ",
        "la kaj de en estas ne por al mi ke kun li oni sed ĝi el pri aŭ ili estis tiu plej tio kiu \
         povas ankaŭ sur"),
    // Latin, because posts quote it.
    nameless(Latin, "",
        "et in est non ad ut cum quod qui sed per ex esse sunt ab quae aut si hoc etiam eius nec enim \
         quam lorem ipsum dolor sit amet"),
    // The rest of the Latin script: Icelandic, Maltese, Welsh.
    nameless(Latin, "ðþħġċżŵŷýáéíóúæöàèìòùâêîôû", ""),
    row("ru", Cyrillic, "ыэёъщйиьяю",
        "и в не на что я с как а то это по но за от у к же так все для бы мне или если уже есть кто \
         только где когда чтобы можно нужно вы мы он его из до о при под она они их было был была \
         будет ты меня нет ещё еще во со бы ли без об да чем который которые этого тоже вот себя \
         очень там тут сейчас после через надо просто может также более года \
         теперь здесь ему тебе ну вместе конечно даже однако ее них ведь ничего вас вам тогда \
         почему потом всегда никогда день нас буду моя него своей всех ним того чего такой такие \
         какой какая свой свои своих эти этот эта этом тем перед между пока лишь хотя именно \
         опять такое больше меньше кого кому куда вообще пожалуйста спасибо"),
    row("uk", Cyrillic, "іїєґщйиьяю",
        "і на у в з не що та до а за про для й це його як від але є я він її по так то із чи їх може \
         був або вона також вони якщо були ще коли було щоб після який ми тільки вже хто всі дуже бути \
         при й мене мені ти ви нам без під над має цього яка які треба потрібно де там"),
    row("be", Cyrillic, "ыэёіўйьяю",
        "і ў на у з не што да па а за як гэта але для калі ад ён якія іх мы пра яго аб толькі які я яны \
         таму таксама вельмі яшчэ быў пры было больш якая ці яе вось так каб можна будзе праз пасля \
         шмат была ўсё нават усё ж мае альбо яна мне ты вы хто дзе"),
    row("bg", Cyrillic, "ъщйиьяю",
        "на в и за от да се е не с ще по са че това си като до през които а но има той те още след най \
         му бъде трябва към много всички или във време при един само който може тези тях вече със няма \
         беше според този ли бяха ако все го та което аз ти ние вие те я им ни как какво защо кой няма \
         когато човек така без всеки нито тази където може съм \
         обаче сега две част сме страна една хора няколко също днес тук преди поради около \
         толкова нас вас нещо"),
    row("sr", Cyrillic, "јљњћђџи",
        "је и у се су на да а од за са као из који или до није по које код али о која га има више не \
         када све била према под то он сам би што како само ће бити те и тако где"),
    row("mk", Cyrillic, "јљњѓќѕџи",
        "на во и се од за со да е како го ја што ги по до тој не но тоа а кои кој има или така која \
         била биле ќе според под други може сите беше пред еден исто овој многу повеќе само секој \
         нив нема сум ако дека ми ти"),
    // The rest of the Cyrillic script: Kazakh, Kyrgyz, Tatar, Mongolian and more.
    nameless(Cyrillic, "қғәңұүөһҳҷӣӯҫҙҗӱӳӑӗ", ""),
    row("ar", Arabic, "ةىأإؤئيك",
        "في من على أن و إلى التي عن هذا أو لا ما هذه مع الله ذلك كل الذي بعد هو بعض كما بين كان لم \
         خلال إن قد هي أي هل تم كانت لها حتى فيه الى ان او غير له أية أيضا لكن عند يا انا هنا"),
    row("fa", Arabic, "پچژگکیأئ",
        "در و به از است می که این را با های سال آن شده شد یک ها برای بود شود او بر ای کرد باشد نیز \
         دارد یا تا خود کند یکی اما اند دیگر هر وی هم کس من تو ما نمی چه اگر پس همه بدون"),
    row("ur", Arabic, "ٹڈڑےںہھپچژگکیؤئ",
        "کے کی ہے میں سے اور کا کو اس نے کہ ہیں پر یہ بھی ایک ان کیا کر نہیں کرنے تو ہی اپنے تھا وہ \
         ہو جو بات تھے جس ساتھ لیکن نہ لیے جب گیا ہوئے"),
    // The rest of the Arabic script: Kurdish, Pashto, Uyghur and Sindhi.
    nameless(Arabic, "ۆێڕڵڤەۇۈۋېۍټډړږښګڼځڅڄڃٻڀٺٽڇڏڌکیپچژگئ", ""),
    row("hi", Devanagari, "",
        "के है में की से का को तो पर ने हैं और ही एक कि भी इस नहीं यह हो था आप वह कुछ कर ये तक जब मैं \
         रहे बहुत अब फिर जो कोई हम साथ थी लेकिन दिन अगर या वाले क्या वे सब न करें मुझे जी लिए किया \
         करने अपने गया हुए थे बाद किसी"),
    row("mr", Devanagari, "ळ",
        "आहे या आणि व नाही ते तर हे होते आहेत असे काही एक पण हा मी त्या यांनी की दोन केले केला अनेक असते \
         ही झाले सर्व तरी म्हणून अशा तो मला झाली असून करून होती म्हणजे काय होता ती अशी एका असा किंवा"),
    row("ne", Devanagari, "",
        "छ र को मा पनि छन् भएको यो गर्न हो लागि गरेको एक ले त्यो भने थियो तर के म हामी नेपाल गर्ने हुन् \
         बाट लाई हुने भन्ने तथा गरी वा सबै"),
];

/// Languages, as bits at their positions in [`LANGUAGES`].
pub(super) type LanguageSet = u64;

/// All languages of the table.
pub(super) const EVERY_LANGUAGE: LanguageSet = LanguageSet::MAX;

/// Letters below this have an entry in the table of letters; those of Vietnamese above it are
/// known by their block.
const LETTER_TABLE_SIZE: usize = 0x980;

/// Bytes by which most words are known.
const KEY_BYTES: usize = 16;

struct Tables {
    /// By the beginnings of the words.
    words: FxHashMap<u128, WordsOfKey>,
    languages_of_letter: Vec<LanguageSet>,
    vietnamese: LanguageSet,
    languages_of_script: [LanguageSet; SCRIPTS.len()],
}

/// The words with one beginning.
#[derive(Default)]
struct WordsOfKey {
    /// Of the word that is the beginning.
    languages: LanguageSet,
    /// Longer ones, of which there are few.
    longer: Vec<(&'static str, LanguageSet)>,
}

impl Tables {
    fn add_word(&mut self, word: &'static str, bit: LanguageSet) {
        let known = self.words.entry(key_of(word, 0..word.len())).or_default();
        if word.len() <= KEY_BYTES {
            known.languages |= bit;
        } else if let Some((_, languages)) = known.longer.iter_mut().find(|(w, _)| *w == word) {
            *languages |= bit;
        } else {
            known.longer.push((word, bit));
        }
    }
}

/// The beginning of a word as a number. It is taken out of the words around it as a whole and
/// what follows it masked, which takes far less than comparing words byte by byte.
fn key_of(words: &str, range: Range<usize>) -> u128 {
    let rest = &words.as_bytes()[range.start..];
    let mut bytes = [0; KEY_BYTES];
    match rest.first_chunk() {
        Some(beginning) => bytes = *beginning,
        None => bytes[..rest.len()].copy_from_slice(rest),
    }
    let used_bits = 8 * range.len().clamp(1, KEY_BYTES) as u32;
    u128::from_le_bytes(bytes) & (u128::MAX >> (u128::BITS - used_bits))
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        words: FxHashMap::default(),
        languages_of_letter: vec![0; LETTER_TABLE_SIZE],
        vietnamese: 0,
        languages_of_script: [0; SCRIPTS.len()],
    };
    for (position, language) in LANGUAGES.iter().enumerate() {
        let bit = 1 << position;
        for word in language.words.split_whitespace() {
            tables.add_word(word, bit);
        }
        for letter in language.letters.chars() {
            if let Some(languages) = tables.languages_of_letter.get_mut(letter as usize) {
                *languages |= bit;
            }
        }
        tables.languages_of_script[language.script as usize] |= bit;
        if language.code == Some("vi") {
            tables.vietnamese = bit;
        }
    }
    for languages in &mut tables.languages_of_letter {
        if *languages == 0 {
            *languages = EVERY_LANGUAGE;
        }
    }
    tables
});

/// The languages of the table that are written in a script.
pub(super) fn languages_of_script(script: Script) -> LanguageSet {
    TABLES.languages_of_script[script as usize]
}

/// The languages that have the word in a range among their function words; none for any other.
pub(super) fn languages_of_word(words: &str, range: Range<usize>) -> LanguageSet {
    let Some(known) = TABLES.words.get(&key_of(words, range.clone())) else {
        return 0;
    };
    if range.len() <= KEY_BYTES {
        return known.languages;
    }
    let word = &words[range];
    let mut longer = known.longer.iter();
    longer
        .find(|(known, _)| *known == word)
        .map_or(0, |(_, languages)| *languages)
}

/// The languages that have all letters of a word, as far as letters are told apart.
pub(super) fn languages_of_letters(word: &str) -> LanguageSet {
    if word.is_ascii() {
        return EVERY_LANGUAGE;
    }
    let tables = &*TABLES;
    word.chars().fold(EVERY_LANGUAGE, |languages, letter| {
        languages
            & match letter {
                '\0'..='\u{7f}' => EVERY_LANGUAGE,
                '\u{1ea0}'..='\u{1ef9}' => tables.vietnamese,
                other => tables
                    .languages_of_letter
                    .get(other as usize)
                    .copied()
                    .unwrap_or(EVERY_LANGUAGE),
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_letters_are_in_lower_case_and_words_are_whole() {
        for language in &LANGUAGES {
            assert_eq!(language.words.to_lowercase(), language.words);
            assert_eq!(language.letters.to_lowercase(), language.letters);
            for word in language.words.split_whitespace() {
                let is_whole = word
                    .chars()
                    .all(|letter| letter.is_alphabetic() || letter == '\u{94d}');
                assert!(is_whole, "{word}");
            }
        }
    }

    #[test]
    fn a_language_has_all_letters_of_its_function_words() {
        for (position, language) in LANGUAGES.iter().enumerate() {
            for word in language.words.split_whitespace() {
                let languages = languages_of_letters(word);
                assert!(languages & 1 << position != 0, "{:?} {word}", language.code);
            }
        }
    }

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = LANGUAGES.iter().filter_map(|row| row.code).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}
