//! What became of the claims.

use super::super::comparisons::listed;
use super::super::schema::{ClaimVerdict, Report};

/// Most claims that are named.
const MOST_NAMED: usize = 2;

/// The numbers of supported, refuted and undecided claims; the statement of a single one.
pub fn sentence(report: &Report) -> Option<String> {
    if let [claim] = &report.claims[..] {
        let verdict = match claim.verdict {
            ClaimVerdict::Undecided => "not decided yet",
            decided => decided.name(),
        };
        return Some(format!("The claim is {verdict}: {}.", claim.statement.trim_end_matches('.')));
    }
    let of = |verdict: ClaimVerdict| -> Vec<String> {
        let own = report.claims.iter().filter(|claim| claim.verdict == verdict);
        own.map(|claim| format!("\"{}\"", claim.name)).collect()
    };
    let told =
        [ClaimVerdict::Supported, ClaimVerdict::Refuted, ClaimVerdict::Undecided].map(|verdict| (verdict, of(verdict)));
    let count = report.claims.len();
    if let Some((verdict, _)) = told.iter().find(|(_, names)| names.len() == count && count > 0) {
        let all = if count == 2 { "Both".to_owned() } else { format!("All {count}") };
        return Some(format!("{all} claims are {}.", verdict.name()));
    }
    let parts: Vec<String> = told
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(verdict, names)| match verdict {
            ClaimVerdict::Supported => format!("{} supported", names.len()),
            _ if names.len() <= MOST_NAMED => format!("{} {} ({})", names.len(), verdict.name(), listed(names)),
            _ => format!("{} {}", names.len(), verdict.name()),
        })
        .collect();
    (!parts.is_empty()).then(|| format!("Of {count} claims: {}.", listed(&parts)))
}
