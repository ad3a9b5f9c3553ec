//! The receipts and refund notices that came with a clearing request as files, judged.

use super::Desk;
use crate::error::Result;
use crate::report::Verdict;
use crate::store::order::Order;
use crate::store::settlement::takes_evidence;
use crate::store::state::View;
use crate::store::work::Work;
use crate::trust::Moment;
use crate::voucher::{Body, Envelope, Layer};

impl Desk<'_> {
    /// The vouchers in the files of a clearing request that may show what was paid or came back, each
    /// with the verdict about it; nothing for a move that does not ask for them. A file that is no
    /// envelope of vouchers shows nothing.
    pub(super) fn evidence(
        &self,
        work: &Work<'_>,
        order: &Order,
        view: View,
    ) -> Result<Vec<(Body, Verdict)>> {
        let rules = &self.office.clearing;
        if !takes_evidence(&order.key.id.vt_code, view, order.name, rules) {
            return Ok(Vec::new());
        }
        let Some(row) = work.row(&order.key)? else { return Ok(Vec::new()) };
        let mut bodies = Vec::new();
        for (_, file) in work.files(&order.key, Layer::Issuer)? {
            let Ok(envelope) = Envelope::parse(&file) else { continue };
            bodies.extend(envelope.bodies.into_iter().filter(|body| {
                let vt_code = &body.id().vt_code;
                match body.layer() {
                    Layer::Responder => rules.pay_types.values().any(|pays| pays == vt_code),
                    Layer::Issuer => rules.refund_types.contains_key(vt_code),
                }
            }));
        }
        let moment = Moment::received(work.time(), row.recorded);
        let items: Vec<(&Body, Moment)> = bodies.iter().map(|body| (body, moment)).collect();
        let verdicts: Vec<Verdict> =
            self.verifier.verify_bodies(&items, 1).iter().map(|report| report.verdict()).collect();
        Ok(bodies.into_iter().zip(verdicts).collect())
    }
}
