//! Works that the methods may cite; each is listed where a sentence names it.

use super::methods::MethodsPart;
use crate::document::{Block, Run, Text};

/// A work, and the words by which sentences name it.
struct Work {
    named_by: &'static [&'static str],
    citation: &'static str,
}

const WORKS: [Work; 24] = [
    Work {
        named_by: &["Benjamini and Hochberg"],
        citation: "Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and \
                   powerful approach to multiple testing. Journal of the Royal Statistical \
                   Society B 1995; 57: 289–300.",
    },
    Work {
        named_by: &["Blondel"],
        citation: "Blondel VD, Guillaume JL, Lambiotte R, Lefebvre E. Fast unfolding of \
                   communities in large networks. Journal of Statistical Mechanics 2008; P10008.",
    },
    Work {
        named_by: &["Brandes 2001"],
        citation: "Brandes U. A faster algorithm for betweenness centrality. Journal of \
                   Mathematical Sociology 2001; 25: 163–177.",
    },
    Work {
        named_by: &["Brandes and Pich"],
        citation: "Brandes U, Pich C. Centrality estimation in large networks. International \
                   Journal of Bifurcation and Chaos 2007; 17: 2303–2318.",
    },
    Work {
        named_by: &["Brin and Page"],
        citation: "Brin S, Page L. The anatomy of a large-scale hypertextual Web search engine. \
                   Computer Networks and ISDN Systems 1998; 30: 107–117.",
    },
    Work {
        named_by: &["Cliff's delta", "Cliff’s delta"],
        citation: "Cliff N. Dominance statistics: ordinal analyses to answer ordinal questions. \
                   Psychological Bulletin 1993; 114: 494–509.",
    },
    Work {
        named_by: &["Fellegi and Sunter"],
        citation: "Fellegi IP, Sunter AB. A theory for record linkage. Journal of the American \
                   Statistical Association 1969; 64: 1183–1210.",
    },
    Work {
        named_by: &["Feng and Cliff"],
        citation: "Feng D, Cliff N. Monte Carlo evaluation of ordinal d with improved confidence \
                   interval. Journal of Modern Applied Statistical Methods 2004; 3: 322–332.",
    },
    Work {
        named_by: &["Fleiss, Levin and Paik"],
        citation: "Fleiss JL, Levin B, Paik MC. Statistical methods for rates and proportions. 3rd \
                   edition. Hoboken: Wiley; 2003.",
    },
    Work {
        named_by: &["Hubert and Schultz"],
        citation: "Hubert L, Schultz J. Quadratic assignment as a general data analysis strategy. \
                   British Journal of Mathematical and Statistical Psychology 1976; 29: 190–241.",
    },
    Work {
        named_by: &["Kaplan"],
        citation: "Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. \
                   Journal of the American Statistical Association 1958; 53: 457–481.",
    },
    Work {
        named_by: &["Lang and Reiczigel"],
        citation: "Lang Z, Reiczigel J. Confidence limits for prevalence of disease adjusted for \
                   estimated sensitivity and specificity. Preventive Veterinary Medicine 2014; \
                   113: 13–22.",
    },
    Work {
        named_by: &["Lee and Seung"],
        citation: "Lee DD, Seung HS. Learning the parts of objects by non-negative matrix \
                   factorization. Nature 1999; 401: 788–791.",
    },
    Work {
        named_by: &["Lopez-Paz and Oquab"],
        citation: "Lopez-Paz D, Oquab M. Revisiting classifier two-sample tests. International \
                   Conference on Learning Representations 2017.",
    },
    Work {
        named_by: &["Mann and Whitney", "Mann-Whitney"],
        citation: "Mann HB, Whitney DR. On a test of whether one of two random variables is \
                   stochastically larger than the other. Annals of Mathematical Statistics 1947; \
                   18: 50–60.",
    },
    Work {
        named_by: &["Kolmogorov"],
        citation: "Massey FJ. The Kolmogorov-Smirnov test for goodness of fit. Journal of the \
                   American Statistical Association 1951; 46: 68–78.",
    },
    Work {
        named_by: &["Monroe, Colaresi and Quinn"],
        citation: "Monroe BL, Colaresi MP, Quinn KM. Fightin’ words: lexical feature selection \
                   and evaluation for identifying the content of political conflict. Political \
                   Analysis 2008; 16: 372–403.",
    },
    Work {
        named_by: &["Phipson and Smyth"],
        citation: "Phipson B, Smyth GK. Permutation p-values should never be zero. Statistical \
                   Applications in Genetics and Molecular Biology 2010; 9: article 39.",
    },
    Work {
        named_by: &["Rogan-Gladen", "Rogan and Gladen"],
        citation: "Rogan WJ, Gladen B. Estimating prevalence from the results of a screening \
                   test. American Journal of Epidemiology 1978; 107: 71–76.",
    },
    Work {
        named_by: &["Schuirmann"],
        citation: "Schuirmann DJ. A comparison of the two one-sided tests procedure and the power \
                   approach for assessing the equivalence of average bioavailability. Journal of \
                   Pharmacokinetics and Biopharmaceutics 1987; 15: 657–680.",
    },
    Work {
        named_by: &["Seidman"],
        citation: "Seidman SB. Network structure and minimum degree. Social Networks 1983; 5: \
                   269–287.",
    },
    Work {
        named_by: &["DeLong"],
        citation: "DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more \
                   correlated receiver operating characteristic curves: a nonparametric approach. \
                   Biometrics 1988; 44: 837–845.",
    },
    Work {
        named_by: &["Welch"],
        citation: "Welch BL. The generalization of ‘Student’s’ problem when several different \
                   population variances are involved. Biometrika 1947; 34: 28–35.",
    },
    Work {
        named_by: &["Wilson"],
        citation: "Wilson EB. Probable inference, the law of succession, and statistical \
                   inference. Journal of the American Statistical Association 1927; 22: 209–212.",
    },
];

/// The works that the parts name, in the order of the alphabet.
pub fn references(parts: &[MethodsPart]) -> Vec<Text> {
    let said: String = parts
        .iter()
        .flat_map(|part| &part.blocks)
        .map(said_by)
        .collect();
    let mut cited: Vec<&str> = WORKS
        .iter()
        .filter(|work| work.named_by.iter().any(|name| said.contains(name)))
        .map(|work| work.citation)
        .collect();
    cited.sort_unstable();
    cited.into_iter().map(Text::from).collect()
}

fn said_by(block: &Block) -> String {
    match block {
        Block::Paragraph(text) | Block::Caution(text) => words_of(text),
        Block::List(texts) => texts.iter().map(words_of).collect(),
        _ => String::new(),
    }
}

fn words_of(text: &Text) -> String {
    let runs = text.0.iter().map(|run| match run {
        Run::Words(words)
        | Run::Name(words)
        | Run::Strong(words)
        | Run::Term(words)
        | Run::Code(words) => words.as_str(),
    });
    runs.collect::<String>() + " "
}
