//! The experiment with shuffled labels that decides a claim against chance.

use std::sync::OnceLock;

use super::{Experiment, Model, SolverEntry, TraceSettings};
use crate::claim::Claim;
use crate::data::Source;
use crate::data::source::Shuffled;
use crate::metric::Selection;

impl Experiment {
    /// The fits of shuffled labels that a claim needs, as an experiment. With s splits per labelling, its split j·s + k is split k
    /// of the data with the j-th shuffled labels. None if the claim needs no such fits.
    pub fn shuffled(&self, claim: &Claim) -> Option<Experiment> {
        let shuffling = claim.statement.shuffling()?;
        let (mut sources, mut splitters) = (Vec::new(), Vec::new());
        for &place in &claim.sources {
            let Source::Fixed(data) = &self.sources[place] else { continue };
            sources.push(Source::Shuffled(Shuffled::new(data, self.seed, shuffling.splits)));
            splitters.push(self.splitters[place].clone());
        }
        let place_in_claim = |model| claim.models.iter().position(|&other| other == model);
        let model_of_claim = |place: &usize| {
            let model = self.models[*place].clone();
            Model { starts_from: model.starts_from.and_then(place_in_claim), ..model }
        };
        let of_claim = |place: &usize| {
            let mut entry = self.solvers[*place].clone();
            let cannot_fit = std::mem::take(&mut entry.cannot_fit).into_iter();
            entry.cannot_fit =
                cannot_fit.filter_map(|(model, reason)| Some((place_in_claim(model)?, reason))).collect();
            entry
        };
        let mut metrics = Selection::USUAL;
        metrics.ask_for(shuffling.metric);
        let solvers: Vec<SolverEntry> = claim.solvers.iter().map(of_claim).collect();
        Some(Experiment {
            digests: sources.iter().map(|_| OnceLock::new()).collect(),
            title: claim.name.clone(),
            file: self.file.clone(),
            path: self.path.clone(),
            text: self.text.clone(),
            digest: self.digest.clone(),
            seed: self.seed,
            sources,
            repeats: shuffling.permutations,
            split_counts: vec![shuffling.permutations * shuffling.splits; splitters.len()],
            splitters,
            until_decided: false,
            models: claim.models.iter().map(model_of_claim).collect(),
            solvers,
            claims: Vec::new(),
            claims_error_rate: None,
            tolerance: self.tolerance,
            metrics,
            ropes: self.ropes,
            trace: TraceSettings { bands: false, whole: 0 },
        })
    }
}
