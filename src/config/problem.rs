//! temp
#[allow(dead_code)]
pub struct Problem;
pub(super) struct Checks<'a>(#[allow(dead_code)] &'a mut Vec<Problem>);
impl<'a> Checks<'a> {
    pub(super) fn new(p: &'a mut Vec<Problem>) -> Self {
        Self(p)
    }
    pub(super) fn that(&mut self, _g: bool, _k: &str, _w: impl ToString) {}
    pub(super) fn within<T>(&mut self, _k: &str, _v: T, _a: T, _b: T) {}
}
