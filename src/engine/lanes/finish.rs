//! Certificates and metrics of stopped fits, a pack at a time.

use super::job::Job;
use super::splits::LaneSplits;
use crate::engine::fitted::Fitted;
use crate::linear_algebra::width::{DYNAMIC, of_width};
use crate::linear_algebra::{Mask, Pack, norm, packed};
use crate::metric::{FitSums, RowSums, ScoresByClass, TruthSums, area_from_between, is_right, ordinal};
use crate::model::certificate::{Ends, Proof, ProofRow, ProofStorage, ProofSums, Refusal, prove};
use crate::model::lanes::{LaneEvaluation, LaneRows, LaneScratch, objective_rounding};
use crate::model::loss::in_lanes::{LaneRow, Losses, ROWS_TO_A_LOGARITHM, logistic, naive_probability};
use crate::model::{Order, Sigmoid};
use crate::solver::{LaneMethod, Stop};

/// Stopped fits, queued until a pack is full.
pub struct Finish<R> {
    queue: Vec<usize>,
    coefficients: Vec<R>,
    train: Vec<R>,
    test: Vec<R>,
    signs: Vec<R>,
    scores: Vec<R>,
    residuals: Vec<R>,
    storage: ProofStorage<R>,
    hessian: Vec<R>,
    /// Whether the Hessian is to prove the fits.
    proves: bool,
    /// Whether fits have the Hessian with the stable sigmoid.
    has_hessian: bool,
    sigmoid: Sigmoid,
    /// The evaluation with the stable sigmoid, for proofs of fits that have none.
    stable: LaneEvaluation<R>,
    scratch: LaneScratch<R>,
    /// Of test and training rows, per lane: the scores where the two classes overlap.
    between: [Vec<ScoresByClass>; 2],
}

impl<R: Pack> Default for Finish<R> {
    fn default() -> Finish<R> {
        Finish {
            queue: Vec::new(),
            coefficients: Vec::new(),
            train: Vec::new(),
            test: Vec::new(),
            signs: Vec::new(),
            scores: Vec::new(),
            residuals: Vec::new(),
            storage: ProofStorage::default(),
            hessian: Vec::new(),
            proves: false,
            has_hessian: false,
            sigmoid: Sigmoid::Stable,
            stable: LaneEvaluation::new(0),
            scratch: LaneScratch::default(),
            between: [Vec::new(), Vec::new()],
        }
    }
}

/// The results of a pack of fits.
struct Finished<R: Pack> {
    on_train: Scores<R>,
    on_test: Scores<R>,
    sums: ProofSums<R>,
    proof: Option<Proof<R>>,
    /// ‖β‖₂ without the intercept.
    size: R,
}

/// Sums over a set of rows that metrics are made of, per lane.
struct Scores<R> {
    /// Rows of class 0 and of class 1 that are classified rightly.
    right: [R; 2],
    losses: R,
    squares: R,
    positives: R,
    lowest_positive: R,
    highest_negative: R,
    numbers: u32,
}

impl<R: Pack> Finish<R> {
    /// Makes room for the fits of `splits` by a method.
    pub fn prepare(&mut self, splits: &LaneSplits, method: &dyn LaneMethod<R>) {
        let zero = R::splat(0.0);
        let (p, rows) = (splits.columns, splits.train + splits.test);
        self.queue.clear();
        self.sigmoid = method.sigmoid();
        self.proves = method.ends_near();
        self.has_hessian = method.order() == Order::Hessian && self.sigmoid == Sigmoid::Stable;
        self.coefficients.resize(p, zero);
        self.train.resize(splits.train * p, zero);
        self.test.resize(splits.test * p, zero);
        self.hessian.resize(packed::len(p), zero);
        for rows_of in [&mut self.signs, &mut self.scores] {
            rows_of.resize(rows, zero);
        }
        self.residuals.resize(splits.train, zero);
        if self.proves && !self.has_hessian {
            self.stable = LaneEvaluation::new(p);
        }
    }

    /// Queues a split's fit, with its coefficients in `fits` and its Hessian in a lane of `hessian`. Finishes a full pack.
    pub fn push(
        &mut self,
        split: usize,
        lane: usize,
        hessian: &[R],
        splits: &LaneSplits,
        job: &Job<'_>,
        fits: &mut [Fitted],
    ) {
        let own = self.queue.len();
        self.queue.push(split);
        for (pack, &b) in self.coefficients.iter_mut().zip(&fits[split].coefficients) {
            pack.lanes_mut()[own] = b;
        }
        if self.has_hessian {
            for (pack, other) in self.hessian.iter_mut().zip(hessian) {
                pack.lanes_mut()[own] = other.lanes()[lane];
            }
        }
        if self.queue.len() == R::LANES {
            self.all(splits, job, fits);
        }
    }

    /// Finishes the queued fits.
    pub fn all(&mut self, splits: &LaneSplits, job: &Job<'_>, fits: &mut [Fitted]) {
        if self.queue.is_empty() {
            return;
        }
        let separated = |lane: usize| fits[self.queue[lane]].outcome.stop == Stop::Separated;
        let wanted = (0..self.queue.len()).filter(|&lane| !separated(lane)).map(|lane| 1 << lane).sum::<u32>();
        splits.put_all(&self.queue, &mut self.train, &mut self.test, &mut self.signs);
        if self.proves && !self.has_hessian && wanted != 0 {
            self.evaluate_with_stable_sigmoid(&splits.penalties);
        }
        let Finished { mut on_train, mut on_test, sums, proof, size } =
            of_width!(splits.columns, P => self.finish::<P>(splits, job.threshold, wanted));
        let definite = proof.map_or((0, 0), |proof| (R::bits(proof.definite), R::bits(proof.well_conditioned)));
        let (train_scores, test_scores) = self.scores.split_at(splits.train);
        let (train_signs, test_signs) = self.signs.split_at(splits.train);
        if self.sigmoid == Sigmoid::Naive {
            on_test.right = rightly_by_naive(test_scores, test_signs, job.threshold);
            on_train.right = rightly_by_naive(train_scores, train_signs, job.threshold);
        }
        let [between_test, between_train] = &mut self.between;
        on_test.find_between(test_scores, test_signs, between_test);
        on_train.find_between(train_scores, train_signs, between_train);
        for (lane, &split) in self.queue.iter().enumerate() {
            let sums = sums.map(|pack| pack.lanes()[lane]);
            let objective = on_train.losses.lanes()[lane] + sums.penalty;
            let ends = Ends::new(objective, objective_rounding(splits.train, splits.columns), &sums);
            let fit = &mut fits[split];
            fit.certificate = match proof {
                _ if fit.outcome.stop == Stop::Separated => ends.refuse(Refusal::TooFar),
                None => ends.refuse(Refusal::NotTried),
                Some(proof) => ends.certificate(proof.map(
                    |pack| pack.lanes()[lane],
                    definite.0 >> lane & 1 == 1,
                    definite.1 >> lane & 1 == 1,
                )),
            };
            let sums = FitSums {
                test: on_test.of_lane(lane, splits.test, &mut between_test[lane]),
                train: on_train.of_lane(lane, splits.train, &mut between_train[lane]),
                norm: size.lanes()[lane],
                truth: TruthSums::new(&fit.coefficients[splits.first_slope()..], splits.truth(split), splits.train),
            };
            fit.metrics = sums.values();
        }
        self.queue.clear();
    }

    /// Computes the Hessians for proofs, which bound the rounding of the stable sigmoid only.
    fn evaluate_with_stable_sigmoid(&mut self, penalties: &[f64]) {
        let rows = LaneRows { signed: &self.train, naive_signs: None };
        self.stable.compute(rows, penalties, &self.coefficients, true, &mut self.scratch);
        self.hessian.clone_from(&self.stable.hessian);
    }

    /// The arithmetic in lanes: scores, sums and proofs.
    fn finish<const P: usize>(&mut self, splits: &LaneSplits, threshold: f64, wanted: u32) -> Finished<R> {
        R::vectorize(
            #[inline(always)]
            || {
                // Computed inside the closure, because a captured value is no constant to the code compiled for it.
                let p = if P == DYNAMIC { splits.columns } else { P };
                let threshold = R::splat(threshold);
                let b = &self.coefficients[..p];
                let (train_signs, test_signs) = self.signs.split_at(splits.train);
                let (train_scores, test_scores) = self.scores.split_at_mut(splits.train);
                let residuals = Some(&mut self.residuals[..]);
                let on_train = Scores::of(&self.train, b, train_signs, threshold, train_scores, residuals);
                let on_test = Scores::of(&self.test, b, test_signs, threshold, test_scores, None);
                let rows = self.train.chunks_exact(p);
                let seen = rows.clone().zip(&self.residuals);
                let seen = seen.map(|(row, &residual)| ProofRow { row, slope: -residual, residual });
                let sums = ProofSums::of(seen, &splits.penalties, b, &mut self.storage);
                let proof = self.proves.then(|| {
                    self.storage.hessian.clone_from(&self.hessian);
                    prove(rows, splits.train, &sums, R::mask(wanted), &mut self.storage)
                });
                Finished { on_train, on_test, sums, proof, size: norm(&b[splits.first_slope()..]) }
            },
        )
    }
}

/// Rows of class 0 and of class 1 that are classified rightly by the naive probabilities of their scores.
fn rightly_by_naive<R: Pack>(scores: &[R], signs: &[R], threshold: f64) -> [R; 2] {
    R::vectorize(
        #[inline(always)]
        || {
            let (zero, one, threshold) = (R::splat(0.0), R::splat(1.0), R::splat(threshold));
            let mut right = [zero; 2];
            for (&score, &sign) in scores.iter().zip(signs) {
                let positive = zero.less(sign);
                let rightly = is_right(naive_probability(score), [positive.not(), positive], threshold);
                right[0] = R::select(rightly.and(positive.not()), right[0] + one, right[0]);
                right[1] = R::select(rightly.and(positive), right[1] + one, right[1]);
            }
            right
        },
    )
}

impl<R: Pack> Scores<R> {
    /// Scores rows at `coefficients`, and keeps residuals if told where.
    #[inline(always)]
    fn of(
        rows: &[R],
        coefficients: &[R],
        signs: &[R],
        threshold: R,
        scores: &mut [R],
        mut residuals: Option<&mut [R]>,
    ) -> Scores<R> {
        let (zero, one, p) = (R::splat(0.0), R::splat(1.0), coefficients.len());
        let (mut right, mut squares, mut positives) = ([zero; 2], zero, zero);
        let infinity = R::splat(f64::INFINITY);
        let (mut lowest_positive, mut highest_negative) = (infinity, -infinity);
        let mut numbers = zero;
        let mut losses = Losses::new();
        for (i, row) in rows.chunks_exact(p).enumerate() {
            if i % ROWS_TO_A_LOGARITHM == 0 && i > 0 {
                losses.take_logarithm();
            }
            let mut margin = row[0] * coefficients[0];
            for j in 1..p {
                margin = row[j].mul_add(coefficients[j], margin);
            }
            let LaneRow { exponential, residual, opposite, .. } = logistic(margin);
            losses.add_known(margin, exponential);
            squares = residual.mul_add(residual, squares);
            if let Some(residuals) = &mut residuals {
                residuals[i] = residual;
            }
            let positive = zero.less(signs[i]);
            let score = signs[i] * margin;
            scores[i] = score;
            numbers = score.mul_add(zero, numbers);
            positives = R::select(positive, positives + one, positives);
            lowest_positive = lowest_positive.smaller(R::select(positive, score, infinity));
            highest_negative = highest_negative.larger(R::select(positive, -infinity, score));
            // Of a row coded 1 the residual is 1 − p, and p is the residual of the opposite margin.
            let probability = R::select(positive, opposite, residual);
            let rightly = is_right(probability, [positive.not(), positive], threshold);
            right[0] = R::select(rightly.and(positive.not()), right[0] + one, right[0]);
            right[1] = R::select(rightly.and(positive), right[1] + one, right[1]);
        }
        losses.take_logarithm();
        let numbers = R::bits(numbers.less_or_equal(zero));
        Scores { right, losses: losses.sum(), squares, positives, lowest_positive, highest_negative, numbers }
    }

    /// Finds, for every lane, the scores of positives up to the highest negative and of negatives from the lowest positive on.
    fn find_between(&self, scores: &[R], signs: &[R], between: &mut Vec<ScoresByClass>) {
        between.resize_with(R::LANES, ScoresByClass::default);
        between.iter_mut().flatten().for_each(Vec::clear);
        R::vectorize(
            #[inline(always)]
            || {
                for (score, sign) in scores.iter().zip(signs) {
                    let positive = R::splat(0.0).less(*sign);
                    let low = positive.and(score.less_or_equal(self.highest_negative));
                    let high = positive.not().and(self.lowest_positive.less_or_equal(*score));
                    let mut found = R::bits(low.or(high));
                    while found != 0 {
                        let lane = found.trailing_zeros() as usize;
                        let class = usize::from(sign.lanes()[lane] > 0.0);
                        between[lane][class].push(ordinal(score.lanes()[lane]));
                        found &= found - 1;
                    }
                }
            },
        );
    }

    /// The sums of a lane over `rows` rows.
    fn of_lane(&self, lane: usize, rows: usize, between: &mut ScoresByClass) -> RowSums {
        let at = |pack: &R| pack.lanes()[lane];
        let positives = at(&self.positives) as u64;
        let numbers = self.numbers >> lane & 1 == 1;
        between.iter_mut().for_each(|scores| scores.sort_unstable());
        let area = if numbers { area_from_between([rows as u64 - positives, positives], between) } else { f64::NAN };
        RowSums {
            rows: rows as f64,
            positives: positives as f64,
            right: at(&self.right[0]) + at(&self.right[1]),
            right_positives: at(&self.right[1]),
            losses: at(&self.losses),
            squares: at(&self.squares),
            area,
        }
    }
}
