//! Conditions as the reference defines them, and what they mean for an object as the API shows it: read from
//! reference/user-object.md section 4 and the published pages on `$filter`, `$search` and advanced queries, and written
//! without a look at how the server does it. Slow and plain.

use serde_json::Value;

use crate::harness::Dice;

/// What `$filter` can say of a user.
#[derive(Clone, Debug)]
pub enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    Compare(&'static str, &'static str, Literal),
    In(&'static str, Vec<Literal>),
    Call(&'static str, &'static str, String),
    /// Collection, "any" or "all", operator, texts joined by `or`.
    Lambda(&'static str, bool, &'static str, Vec<String>),
    Count(&'static str, &'static str, usize),
}

#[derive(Clone, Debug)]
pub enum Literal {
    Text(String),
    Flag(bool),
    Id(String),
    Time(String),
    Null,
}

impl Literal {
    fn spelled(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Flag(flag) => flag.to_string(),
            Self::Id(id) => format!("'{id}'"),
            Self::Time(time) => time.clone(),
            Self::Null => "null".to_owned(),
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Text(text) | Self::Id(text) | Self::Time(text) => text.as_str().into(),
            Self::Flag(flag) => (*flag).into(),
            Self::Null => Value::Null,
        }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// As a caller writes it; names of functions and operators in any letter case.
pub fn spelled(condition: &Condition, dice: &mut Dice) -> String {
    let mut any_case = |word: &str| match dice.below(3) {
        0 => word.to_lowercase(),
        1 => word.to_uppercase(),
        _ => word.to_owned(),
    };
    match condition {
        Condition::And(left, right) => {
            format!("({}) and ({})", spelled(left, dice), spelled(right, dice))
        }
        Condition::Or(left, right) => format!("({}) or {}", spelled(left, dice), grouped(right, dice)),
        Condition::Not(inner) => format!("not ({})", spelled(inner, dice)),
        Condition::Compare(name, operator, literal) => {
            format!("{name} {} {}", any_case(operator), literal.spelled())
        }
        Condition::In(name, literals) => {
            let all: Vec<_> = literals.iter().map(Literal::spelled).collect();
            format!("{name} {} ({})", any_case("in"), all.join(", "))
        }
        Condition::Call(function, name, text) => format!("{}({name},{})", any_case(function), quoted(text)),
        Condition::Lambda(name, every, operator, texts) => {
            let quantifier = any_case(if *every { "all" } else { "any" });
            let test = |text: &String| match *operator {
                "eq" | "ne" | "ge" | "le" => format!("x {operator} {}", quoted(text)),
                function => format!("{function}(x, {})", quoted(text)),
            };
            let tests: Vec<_> = texts.iter().map(test).collect();
            format!("{name}/{quantifier}(x:{})", tests.join(" or "))
        }
        Condition::Count(name, operator, number) => format!("{name}/$count {operator} {number}"),
    }
}

/// `and` binds closer than `or`, so an alternative needs no brackets unless it is one itself.
fn grouped(condition: &Condition, dice: &mut Dice) -> String {
    let text = spelled(condition, dice);
    if matches!(condition, Condition::Or(..)) { format!("({text})") } else { text }
}

/// Whether an object passes. A missing value equals null and nothing else; `ne` and `not` are the exact opposites.
pub fn passes(condition: &Condition, object: &Value) -> bool {
    match condition {
        Condition::And(left, right) => passes(left, object) && passes(right, object),
        Condition::Or(left, right) => passes(left, object) || passes(right, object),
        Condition::Not(inner) => !passes(inner, object),
        Condition::Compare(name, operator, literal) => compares(&object[*name], operator, literal),
        Condition::In(name, literals) => {
            literals.iter().any(|literal| compares(&object[*name], "eq", literal))
        }
        Condition::Call(function, name, text) => {
            object[*name].as_str().is_some_and(|own| called(function, own, text))
        }
        Condition::Lambda(name, every, operator, texts) => {
            let mut elements =
                object[*name].as_array().unwrap().iter().map(|element| element.as_str().unwrap());
            let one = |element: &str| {
                texts.iter().any(|text| match *operator {
                    "eq" => folded(element) == folded(text),
                    "ne" => folded(element) != folded(text),
                    "ge" => folded(element) >= folded(text),
                    "le" => folded(element) <= folded(text),
                    function => called(function, element, text),
                })
            };
            if *every { elements.all(one) } else { elements.any(one) }
        }
        Condition::Count(name, operator, number) => {
            let own = object[*name].as_array().unwrap().len();
            match *operator {
                "eq" => own == *number,
                "ne" => own != *number,
                "ge" => own >= *number,
                _ => own <= *number,
            }
        }
    }
}

fn called(function: &str, own: &str, text: &str) -> bool {
    let (own, text) = (folded(own), folded(text));
    if function.eq_ignore_ascii_case("startsWith") { own.starts_with(&text) } else { own.ends_with(&text) }
}

/// Letter case does not matter, in any script, and neither does where a sigma stands.
pub fn folded(text: &str) -> String {
    text.chars().map(|letter| letter.to_lowercase().to_string().replace('ς', "σ")).collect()
}

/// Instants of one time zone in the order of their text: with all digits of a second.
pub fn instant(text: &str) -> String {
    let text = text.strip_suffix('Z').unwrap();
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{seconds}.{fraction:0<9}")
}

fn compares(own: &Value, operator: &str, literal: &Literal) -> bool {
    let wanted = literal.value();
    let ordering = match (own, &wanted, literal) {
        (Value::Null, Value::Null, _) => Some(std::cmp::Ordering::Equal),
        (Value::String(own), Value::String(wanted), Literal::Time(_)) => {
            Some(instant(own).cmp(&instant(wanted)))
        }
        (Value::String(own), Value::String(wanted), _) => Some(folded(own).cmp(&folded(wanted))),
        (Value::Bool(own), Value::Bool(wanted), _) => Some(own.cmp(wanted)),
        _ => None,
    };
    match operator {
        "eq" => ordering.is_some_and(std::cmp::Ordering::is_eq),
        "ne" => !ordering.is_some_and(std::cmp::Ordering::is_eq),
        "ge" => ordering.is_some_and(std::cmp::Ordering::is_ge),
        _ => ordering.is_some_and(std::cmp::Ordering::is_le),
    }
}
