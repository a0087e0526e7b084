//! The figures for people: one table, and what moved since an earlier run. Refuses colours where a file reads.

use super::baseline::Moved;
use super::figures::{Figure, Goal, Header};
use crate::terminal::{Ink, Terminal};

/// The lines of the table.
pub fn lines(terminal: Terminal, header: &Header, figures: &[Figure]) -> Vec<String> {
    let cells: Vec<[String; 5]> = figures.iter().map(cells).collect();
    let titles = ["", "measured", "limit", "ratio", "goal"].map(str::to_owned);
    let width = |column: usize| {
        let all = cells.iter().chain([&titles]);
        all.map(|row| row[column].chars().count()).max().unwrap_or(0)
    };
    let widths: [usize; 5] = std::array::from_fn(width);
    let line = |row: &[String; 5]| {
        let [name, value, limit, ratio, goal] = row;
        let [w0, w1, w2, w3, w4] = widths;
        format!("{name:<w0$}  {value:>w1$}  {limit:>w2$}  {ratio:>w3$}  {goal:<w4$}")
    };
    let mut lines = vec![title(header), String::new(), terminal.set(Ink::Strong, line(&titles).trim_end())];
    for (figure, row) in figures.iter().zip(&cells) {
        let mark = match figure.holds() {
            Some(true) => terminal.set(Ink::Good, "holds"),
            Some(false) => terminal.set(Ink::Bad, "MISSED"),
            None => String::new(),
        };
        lines.push(format!("{}  {mark}", line(row)).trim_end().to_owned());
    }
    lines
}

fn title(header: &Header) -> String {
    let Header { version, profile, engine, cores, guests, date } = header;
    format!(
        "Hospes {version} ({profile} build), {engine}, {guests} guests, {cores} cores with the load on them, {date}"
    )
}

fn cells(figure: &Figure) -> [String; 5] {
    let goal = match figure.goal {
        Goal::OfLimit(part) => format!(">= {part:.2}"),
        other => other.text(figure.unit).unwrap_or_default(),
    };
    [
        figure.name.clone(),
        format!("{} {}", number(figure.value.median), short(figure.unit)),
        figure.limit.map(|limit| number(limit.median)).unwrap_or_default(),
        figure.ratio.map(|ratio| format!("{:.2}", ratio.median)).unwrap_or_default(),
        goal,
    ]
}

fn short(unit: &str) -> &str {
    if unit == "per second" { "/s" } else { unit }
}

/// Whole numbers with thousands parted, smaller ones with the digits that mean something.
fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut parted = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

/// What moved since an earlier run, one line each.
pub fn moved(terminal: Terminal, moved: &[Moved]) -> Vec<String> {
    if moved.is_empty() {
        return vec!["Nothing moved beyond noise since the baseline.".to_owned()];
    }
    let line = |m: &Moved| {
        let word = if m.better { terminal.set(Ink::Good, "better") } else { terminal.set(Ink::Bad, "worse") };
        format!(
            "{word}: {}, {} {} ({} to {}) was {} ({} to {})",
            m.name,
            m.what,
            number(m.after.median),
            number(m.after.min),
            number(m.after.max),
            number(m.before.median),
            number(m.before.min),
            number(m.before.max)
        )
    };
    let mut lines = vec!["Moved beyond noise since the baseline:".to_owned()];
    lines.extend(moved.iter().map(line));
    lines
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::figures::Spread;
    use super::*;

    #[test]
    fn columns_are_aligned_and_goals_marked() {
        let header = Header {
            version: "0.1.0".into(),
            profile: "release".into(),
            engine: "sqlite".into(),
            cores: 2,
            guests: 10,
            date: "2026-01-01T00:00:00Z".into(),
        };
        let plain = Terminal::plain();
        let figures = [
            Figure {
                limit: Spread::of(&[12_345.0]),
                ratio: Spread::of(&[0.5]),
                ..Figure::alone("reads", "per second", &[6172.0], Goal::OfLimit(0.7)).unwrap()
            },
            Figure::alone("idle", "MiB", &[9.87], Goal::Below(25.0)).unwrap(),
        ];
        assert_eq!(
            lines(plain, &header, &figures)[2..],
            [
                "       measured   limit  ratio  goal",
                "reads  6,172 /s  12,345   0.50  >= 0.70   MISSED",
                "idle   9.87 MiB                 < 25 MiB  holds",
            ]
        );
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.123, 12.34, 999.6, 1_234_567.0].map(number), ["0.12", "12.3", "1,000", "1,234,567"]);
    }
}
