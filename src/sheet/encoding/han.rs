//! Chinese, Japanese and Korean names.

use super::latin::Points;

/// Costs of a character that is common in names, common in text, or neither.
const IN_NAMES: Points = 10;
const COMMON: Points = 16;
const RARE: Points = 30;
/// Cost of a first character that isn't a family name.
const NO_SURNAME: Points = 20;
/// Cost of half-width katakana, which only banks' mainframes write.
const HALF_WIDTH: Points = 30;
/// Maximum length of a name.
const MAX_NAME_LEN: usize = 5;

/// The most frequent family names of China and Taiwan, simplified and traditional.
const CHINESE_SURNAMES: &str = "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓\
    冯馮邓鄧曹彭曾肖萧蕭田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾鐘谭譚陆陸汪范金石廖贾賈夏韦韋付\
    方白邹鄒孟熊秦邱江尹薛闫閻段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴赖賴戴莫孔向汤湯洪施游柯簡简翁颜顏";
/// First characters of Japanese family names.
const JAPANESE_SURNAMES: &str = "佐鈴高田伊渡山中小加吉松井木清斎林森池橋阿石前藤後近岡長村遠青坂福西太三原谷\
    野竹金中和上大内平川今丸岩宮工本柴酒永菅安新水北千市杉古増桜久関土荒河星熊服菊武秋須早浜成南黒堀島";
/// Characters of given names, and of family names after the first.
const GIVEN: &str = "伟偉芳娜敏静靜丽麗强強磊军軍洋勇艳艷杰傑娟涛濤明超秀霞平刚剛桂英华華文玉红紅建国國海志美淑惠雅\
    婷怡君家豪俊宏宗翰冠子小大春梅兰蘭云雲月丹雪琳晶欣佳宇浩然博轩軒泽澤瑞鹏鵬飞飛龙龍凤鳳德成永新生光东東西北\
    南山水木太郎一二三夫男和健誠博翔拓也樹真優香子花恵由紀美智幸直人介佑義正彦雄隆田藤川野口村本崎島橋井上下原沢部";
/// The first syllable of most Korean names.
const KOREAN_SURNAMES: &str = "김이박최정강조윤장임한오서신권황안송류유전홍고문손양배백허남심노하곽성차주우구민진지엄\
    채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용";

/// Cost of a run of Chinese characters and kana.
pub(super) fn chinese_or_japanese(word: &[char]) -> Points {
    let kana = word.iter().any(|c| matches!(c, '\u{3040}'..='\u{30FF}'));
    let letters = word.iter().map(|c| match c {
        '\u{FF66}'..='\u{FF9F}' => HALF_WIDTH,
        '\u{3040}'..='\u{30FF}' => IN_NAMES,
        c if CHINESE_SURNAMES.contains(*c) || GIVEN.contains(*c) || JAPANESE_SURNAMES.contains(*c) => {
            IN_NAMES
        }
        c if is_common(*c) => COMMON,
        _ => RARE,
    });
    let named = word.first().is_some_and(|c| CHINESE_SURNAMES.contains(*c) || JAPANESE_SURNAMES.contains(*c));
    let first = if named || kana || word.len() > MAX_NAME_LEN { 0 } else { NO_SURNAME };
    letters.sum::<Points>() + first
}

/// Whether a character is one of the common ones of a national standard, which come first.
fn is_common(c: char) -> bool {
    let mut buffer = [0; 4];
    let text = c.encode_utf8(&mut buffer);
    let levels = [
        (encoding_rs::GBK, 0xB0..=0xD7, 0xA1),
        (encoding_rs::BIG5, 0xA4..=0xC6, 0x40),
        (encoding_rs::SHIFT_JIS, 0x88..=0x98, 0x40),
    ];
    levels.into_iter().any(|(encoding, first, second)| {
        let (bytes, _, unmappable) = encoding.encode(text);
        !unmappable && matches!(*bytes, [a, b] if first.contains(&a) && b >= second)
    })
}

/// Cost of a run of Korean syllables.
pub(super) fn korean(word: &[char]) -> Points {
    let letters = word.iter().map(|c| {
        let mut buffer = [0; 4];
        let (bytes, _, _) = encoding_rs::EUC_KR.encode(c.encode_utf8(&mut buffer));
        // Unused syllables were added later, outside these bytes.
        if matches!(*bytes, [0xB0..=0xC8, second] if second >= 0xA1) { IN_NAMES } else { RARE }
    });
    let named = word.len() > MAX_NAME_LEN || word.first().is_some_and(|c| KOREAN_SURNAMES.contains(*c));
    letters.sum::<Points>() + if named { 0 } else { NO_SURNAME }
}
