//! What is to be paid on this day, so that everything adds up: notices cover payments, but for one unit
//! whose quota comes too late.

/// How much there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Direct payments (5201) beside the payroll and the one without quota.
    pub direct: u32,
    /// Authorised payments (8202).
    pub authorised: u32,
    /// People on the payroll (8207).
    pub rows: u32,
}

/// One payment that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    /// The number within its type.
    pub number: u32,
    /// The budget unit, 1 to 3.
    pub agency: u32,
    /// In fen.
    pub amount: i64,
    /// What the bank's core system knows of the payee's account.
    pub account: Account,
}

/// What the bank's core system knows of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// Money arrives.
    Good,
    /// Closed: nothing is paid, the voucher is returned.
    Closed,
    /// Frozen: nothing is paid, the receipt says zero.
    Frozen,
    /// The core does not answer; asked again it has paid.
    Slow,
    /// The core does not answer, then is still at it, then has failed for good.
    Lost,
}

impl Account {
    const ALL: [Account; 5] =
        [Account::Good, Account::Closed, Account::Frozen, Account::Slow, Account::Lost];

    /// The last two digits of such accounts.
    fn digits(self) -> &'static str {
        match self {
            Account::Good => "01",
            Account::Closed => "04",
            Account::Frozen => "08",
            Account::Slow => "12",
            Account::Lost => "16",
        }
    }

    /// The number of such an account.
    pub fn number(self, payee: u32) -> String {
        format!("6228000099{payee:06}{}", self.digits())
    }

    /// What is behind an account; one that nobody knows is closed.
    pub fn of(number: &str) -> Account {
        let known = Account::ALL.into_iter().find(|account| number.ends_with(account.digits()));
        known.unwrap_or(Account::Closed)
    }
}

impl Plan {
    /// A day of this many direct payments, 20 at least, and a quarter as many authorised ones.
    pub fn of(direct: u32) -> Plan {
        Plan { direct, authorised: direct / 4, rows: 20 }
    }

    /// The number of the payroll among the direct payments.
    pub fn payroll(&self) -> u32 {
        self.direct + 1
    }

    /// The number of the payment whose unit has too little quota.
    pub fn beyond(&self) -> u32 {
        self.direct + 2
    }

    /// The direct payments with one payee each.
    pub fn direct_payments(&self) -> Vec<Payment> {
        let one = |number: u32| Payment {
            number,
            agency: 1 + number % 2,
            amount: 3_600_000 + i64::from(number) * 17,
            account: account_of(number),
        };
        (1..=self.direct).map(one).chain([self.beyond_payment()]).collect()
    }

    fn beyond_payment(&self) -> Payment {
        let (number, account) = (self.beyond(), Account::Good);
        Payment { number, agency: 3, amount: 5_000_000, account }
    }

    /// The authorised payments, all of unit 1.
    pub fn authorised_payments(&self) -> Vec<Payment> {
        let one = |number: u32| Payment {
            number,
            agency: 1,
            amount: 480_000 + i64::from(number) * 17,
            account: account_of(number),
        };
        (1..=self.authorised).map(one).collect()
    }

    /// What each row of the payroll pays, in fen, and to which account: one of them is frozen.
    pub fn payroll_rows(&self) -> Vec<(i64, Account)> {
        let account = |row| if row == 7 { Account::Frozen } else { Account::Good };
        (1..=self.rows).map(|row| (650_000 + i64::from(row) * 1_100, account(row))).collect()
    }

    /// The quota of units 1 and 2 for direct payments.
    pub fn direct_quota(&self) -> Vec<(u32, i64)> {
        let payments = self.direct_payments();
        let of = |agency: u32| -> i64 {
            payments.iter().filter(|one| one.agency == agency).map(|one| one.amount).sum()
        };
        let payroll: i64 = self.payroll_rows().iter().map(|(fen, _)| fen).sum();
        vec![(1, of(1) + payroll), (2, of(2))]
    }

    /// What unit 3 gets in the morning: half of what it needs.
    pub fn short_quota(&self) -> Vec<(u32, i64)> {
        let late: i64 = self.late_quota().iter().map(|(_, fen)| fen).sum();
        vec![(3, self.beyond_payment().amount - late)]
    }

    /// What unit 3 gets in the afternoon.
    pub fn late_quota(&self) -> Vec<(u32, i64)> {
        vec![(3, self.beyond_payment().amount / 2)]
    }

    /// The quota for authorised payments.
    pub fn authorised_quota(&self) -> Vec<(u32, i64)> {
        vec![(1, self.authorised_payments().iter().map(|one| one.amount).sum())]
    }
}

/// Of twenty payments one meets a closed account, one a frozen one, and two a core that is silent.
fn account_of(number: u32) -> Account {
    match number % 20 {
        4 => Account::Closed,
        8 => Account::Frozen,
        12 => Account::Slow,
        16 => Account::Lost,
        _ => Account::Good,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notices_cover_the_payments_and_unit_three_comes_late() {
        let plan = Plan::of(40);
        let payments = plan.direct_payments();
        let payroll: i64 = plan.payroll_rows().iter().map(|(fen, _)| fen).sum();
        let paid: i64 = payments.iter().map(|one| one.amount).sum::<i64>() + payroll;
        let sum = |lines: Vec<(u32, i64)>| -> i64 { lines.iter().map(|(_, fen)| fen).sum() };
        let quota =
            [plan.direct_quota(), plan.short_quota(), plan.late_quota()].into_iter().map(sum);
        assert_eq!(quota.sum::<i64>(), paid);
        assert!(plan.short_quota()[0].1 < payments.last().unwrap().amount);
        let authorised = plan.authorised_payments();
        assert_eq!(
            sum(plan.authorised_quota()),
            authorised.iter().map(|one| one.amount).sum::<i64>()
        );
    }

    #[test]
    fn every_kind_of_account_is_met_and_known_by_its_number() {
        let payments = Plan::of(20).direct_payments();
        for account in Account::ALL {
            assert!(payments.iter().any(|one| one.account == account), "{account:?}");
            assert_eq!(Account::of(&account.number(17)), account);
        }
        assert_eq!(Account::of("62280000990001xx"), Account::Closed);
    }
}
