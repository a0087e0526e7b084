//! The rounds: limit and operation right after each other, in turn first, again and again, so that whatever else the
//! machine does hits both. Refuses to keep a figure of one round alone: the spread is part of it.

use std::time::Duration;

use super::error::BenchError;
use super::figures::{Figure, Goal, Spread, percentile};
use super::load::{self, Cell};
use super::measures::{CLIENTS, Group, Measure, PACED};

/// What each paced measurement reports.
const PERCENTILES: [(&str, f64); 3] = [("p50", 50.0), ("p99", 99.0), ("p99.9", 99.9)];
/// The part of the reached throughput at which latency is measured.
const PACE: f64 = 0.5;

/// What one measure yielded, one value a round.
#[derive(Default)]
struct Seen {
    /// For each number of clients: rate, limit, ratio.
    rates: [[Vec<f64>; 3]; CLIENTS.len()],
    /// Milliseconds, for each percentile.
    paced: [Vec<f64>; PERCENTILES.len()],
    /// Microseconds, the median of a single client.
    alone: Vec<f64>,
}

/// Runs all rounds; `told` hears of each.
pub fn run(
    groups: &[Group],
    rounds: usize,
    time: Duration,
    mut told: impl FnMut(usize),
) -> Result<Vec<Figure>, BenchError> {
    let mut seen: Vec<Vec<Seen>> =
        groups.iter().map(|group| group.measures.iter().map(|_| Seen::default()).collect()).collect();
    for round in 0..rounds {
        told(round + 1);
        for (group, seen) in groups.iter().zip(&mut seen) {
            for (place, clients) in CLIENTS.into_iter().enumerate() {
                throughput(group, seen, (place, clients), round, time)?;
            }
            paced(group, seen, time)?;
        }
    }
    let measured = groups.iter().zip(seen);
    Ok(measured.flat_map(|(group, seen)| group.measures.iter().zip(seen).flat_map(figures)).collect())
}

fn throughput(
    group: &Group,
    seen: &mut [Seen],
    (place, clients): (usize, usize),
    round: usize,
    time: Duration,
) -> Result<(), BenchError> {
    let limit = || -> Result<Option<f64>, BenchError> {
        let reached = group.limit.as_ref().map(|limit| closed("the limit of", group, limit, clients, time));
        Ok(reached.transpose()?.map(|reached| reached.rate))
    };
    let first = if round.is_multiple_of(2) { limit()? } else { None };
    let mut rates = Vec::new();
    for (measure, seen) in group.measures.iter().zip(&mut *seen) {
        let mut reached = closed(measure.name, group, &measure.cell, clients, time)?;
        rates.push(reached.rate);
        if clients == 1 {
            reached.latencies.sort_unstable();
            seen.alone.push(micros(percentile(&reached.latencies, 50.0)));
        }
    }
    let limit = if first.is_some() { first } else { limit()? };
    for ((measure, seen), rate) in group.measures.iter().zip(seen).zip(rates) {
        let [values, limits, ratios] = &mut seen.rates[place];
        values.push(rate);
        if let Some(limit) = limit.map(|limit| limit / measure.parts).filter(|limit| *limit > 0.0) {
            limits.push(limit);
            ratios.push(rate / limit);
        }
    }
    Ok(())
}

fn closed(
    what: &str,
    group: &Group,
    cell: &Cell,
    clients: usize,
    time: Duration,
) -> Result<load::Reached, BenchError> {
    let first = group.measures.first().map_or("", |measure| measure.name);
    let failed = |problem| BenchError::Load { what: format!("{what} ({first}), {clients} clients"), problem };
    load::closed(cell, clients, time).map_err(failed)
}

fn paced(group: &Group, seen: &mut [Seen], time: Duration) -> Result<(), BenchError> {
    for (measure, seen) in group.measures.iter().zip(seen).filter(|(measure, _)| measure.paced) {
        let place = CLIENTS.iter().position(|clients| *clients == PACED).unwrap_or(0);
        let Some(reached) = Spread::of(&seen.rates[place][0]) else { continue };
        let failed = |problem| BenchError::Load { what: format!("{}, paced", measure.name), problem };
        let mut latencies = load::open(&measure.cell, PACED, reached.median * PACE, time).map_err(failed)?;
        if latencies.is_empty() {
            continue;
        }
        latencies.sort_unstable();
        for (values, (_, percent)) in seen.paced.iter_mut().zip(PERCENTILES) {
            values.push(micros(percentile(&latencies, percent)) / 1000.0);
        }
    }
    Ok(())
}

/// Latencies of a measurement are seconds at most, far below 2^52 nanoseconds.
#[expect(clippy::cast_precision_loss, reason = "below 2^52")]
fn micros(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1000.0
}

fn figures((measure, seen): (&Measure, Seen)) -> Vec<Figure> {
    let name = measure.name;
    let mut all = Vec::new();
    for ([values, limits, ratios], clients) in seen.rates.iter().zip(CLIENTS) {
        let plural = if clients == 1 { "client" } else { "clients" };
        let figure = Figure::alone(
            format!("{name}, {clients} {plural}"),
            "per second",
            values,
            (measure.throughput)(clients),
        );
        all.extend(figure.map(|figure| Figure {
            limit: Spread::of(limits),
            ratio: Spread::of(ratios),
            ..figure
        }));
    }
    if measure.alone != Goal::None {
        all.extend(Figure::alone(format!("{name}, 1 client, p50"), "µs", &seen.alone, measure.alone));
    }
    for (values, (percent, _)) in seen.paced.iter().zip(PERCENTILES) {
        let goal = if percent == "p99" { measure.p99 } else { Goal::None };
        all.extend(Figure::alone(
            format!("{name}, {PACED} clients at half rate, {percent}"),
            "ms",
            values,
            goal,
        ));
    }
    all
}
