//! The two ends of a pair that one call makes: the sender and receiver of a channel.

use super::cache::BodyFlow;
use super::operands::{self, Slot};
use super::uses::How;
use super::vocabulary;
use crate::model::body::{
    Call, Callee, LocalId, LocalKind, Operand, Place, Point, Proj, StmtKind, Value,
};

/// The locals that hold the two ends of a pair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The first part: of a channel, the sender.
    pub first: End,
    /// The second part: of a channel, the receiver.
    pub second: End,
    /// The pair itself goes somewhere else whole: returned, stored, passed on.
    pub escapes: bool,
}

/// One end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// The variable that the pattern binds it to; none for `_`, which drops it with the pair.
    pub local: Option<LocalId>,
    /// Where it is put when that is no variable: `self.tx`.
    pub place: Option<Place>,
}

/// Takes apart the pair that the call at `point` makes.
pub fn ends(flow: &BodyFlow<'_>, point: Point) -> Ends {
    let mut ends = Ends::default();
    let Some((dest, _)) = operands::assign_at(flow.body(), point) else { return ends };
    let Some(pair) = dest.whole() else {
        ends.escapes = true;
        return ends;
    };
    for (name, by_ref) in flow.names(pair) {
        if by_ref {
            continue;
        }
        for found in flow.uses().of(name) {
            let How::Read { slot, whole, .. } = found.how else {
                ends.escapes |= matches!(found.how, How::Captured { .. });
                continue;
            };
            if slot == Slot::Value && !whole {
                ends.take_part(flow, found.point);
            } else if matches!(slot, Slot::Argument(_) | Slot::Part(_) | Slot::Unknown) {
                // `channel().unwrap()` is plumbing, which `names` has followed.
                ends.escapes |= !is_plumbing(flow, found.point);
            }
        }
        let kind = flow.body().locals.get(name as usize).map(|local| local.kind);
        ends.escapes |= kind == Some(LocalKind::Return);
    }
    ends
}

impl Ends {
    fn take_part(&mut self, flow: &BodyFlow<'_>, point: Point) {
        let Some((dest, value)) = operands::assign_at(flow.body(), point) else { return };
        let Value::Use(Operand::Place(from, _)) = value else { return };
        let end = match from.proj.last() {
            Some(Proj::Field(name)) if name == "0" && !is_payload(&from.proj) => &mut self.first,
            Some(Proj::Field(name)) if name == "1" => &mut self.second,
            _ => return,
        };
        end.local = dest.whole();
        end.place = dest.whole().is_none().then(|| dest.clone());
    }
}

/// `as Ok.0` is the pair itself, not its first part.
fn is_payload(proj: &[Proj]) -> bool {
    matches!(proj, [.., Proj::Variant(_), Proj::Field(_)])
}

fn is_plumbing(flow: &BodyFlow<'_>, point: Point) -> bool {
    matches!(
        operands::assign_at(flow.body(), point),
        Some((_, Value::Call(call))) if vocabulary::given_back(call) == Some(0)
    )
}

/// All handles on one end: the end itself and its clones, in the order in which they are made.
/// References are no handles. Clones made inside a loop are there once.
pub fn handles(flow: &BodyFlow<'_>, end: LocalId) -> Vec<Handle> {
    let mut found = vec![Handle { local: end, cloned_at: None }];
    let mut next = 0;
    while let Some(handle) = found.get(next).copied() {
        next += 1;
        for (name, _) in flow.names(handle.local) {
            for seen in flow.uses().of(name) {
                let Some((clone, local)) = cloned_by(flow, seen.point, name) else { continue };
                if !found.iter().any(|known| known.local == local) {
                    found.push(Handle { local, cloned_at: Some(clone) });
                }
            }
        }
    }
    found
}

/// One handle on an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle {
    /// The local that it is put into first.
    pub local: LocalId,
    /// Where it was cloned; none for the original.
    pub cloned_at: Option<Point>,
}

fn cloned_by(flow: &BodyFlow<'_>, point: Point, of: LocalId) -> Option<(Point, LocalId)> {
    let StmtKind::Assign(dest, Value::Call(call)) = &operands::stmt_at(flow.body(), point)?.kind
    else {
        return None;
    };
    let clones = is_clone(call) && call.args.first()?.place()?.whole() == Some(of);
    Some((point, dest.whole().filter(|_| clones)?))
}

/// Whether the call makes another handle on what its first argument refers to.
pub fn is_clone(call: &Call) -> bool {
    match &call.callee {
        Callee::Method(name, _) => vocabulary::clones(name),
        Callee::Path(path) => vocabulary::clone_function(&path.segments),
        Callee::Value(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{ends, handles};
    use crate::flow::cache::FileFlow;
    use crate::flow::facts::ByName;
    use crate::flow::fate::call_at;
    use crate::source::Edition;

    /// The names of the two ends, and those of all handles on the first.
    fn names(text: &str) -> (Vec<String>, Vec<String>) {
        let file = crate::syntax::lower(text, Edition::E2021, false).expect("the sample is Rust");
        let flows = FileFlow::new(&file, &ByName);
        let flow = flows.body(0).expect("there is a body");
        let body = flow.body();
        let (point, _) = body
            .stmts()
            .find(|(point, _)| call_at(body, *point).is_some())
            .expect("the sample makes a channel");
        let found = ends(flow, point);
        let name = |local: u32| body.locals[local as usize].name.to_string();
        let pair = [&found.first, &found.second]
            .map(|end| end.local.map_or_else(|| "_".to_owned(), name))
            .to_vec();
        let all = found.first.local.map_or(Vec::new(), |end| handles(flow, end));
        (pair, all.iter().map(|handle| name(handle.local)).collect())
    }

    #[test]
    fn a_pattern_takes_the_pair_apart() {
        assert_eq!(names("fn f() { let (tx, rx) = channel(); }").0, ["tx", "rx"]);
        assert_eq!(names("fn f() { let (tx, rx) = channel().unwrap(); }").0, ["tx", "rx"]);
    }

    #[test]
    fn an_underscore_binds_nothing() {
        assert_eq!(names("fn f() { let (tx, _) = channel(); }").0, ["tx", "_"]);
    }

    #[test]
    fn clones_of_clones_are_handles() {
        let text = "fn f() { let (tx, rx) = channel(); let a = tx.clone(); let b = a.clone(); }";
        assert_eq!(names(text).1, ["tx", "a", "b"]);
    }
}
