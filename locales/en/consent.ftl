### The proof of consent, in the back office.
consent-tab = Consent
consent-title = Proof of consent
consent-intro = Every choice of a visitor leaves a record: no name, no address, no account. It is found by the receipt that the visitor reads in “Manage my cookies”, and by nothing else.
consent-figures = Figures
consent-records = Records since the beginning
consent-purged = Of these, purged when their time had come
consent-days = Signed days
consent-recent = Records of the last thirty days
consent-action = Decision
consent-count = Number
consent-action-accept = Accepted all
consent-action-refuse = Refused all
consent-action-partial = Accepted in part
consent-action-change = Changed
consent-action-withdraw = Withdrawn
consent-action-expire = Expired
consent-action-signal = Browser’s signal followed
consent-find = Find a choice
consent-find-hint = The receipt, as the visitor sees it: 22 characters.
consent-not-found = No choice on this portal has this receipt.
consent-record = Record no. { $seq }
consent-audit = Audit
consent-way = Where
consent-way-banner = Banner
consent-way-panel = Preferences page
consent-way-placeholder = Placeholder of a service
consent-way-no-js = Form without scripts
consent-way-server = Noted by the server
consent-signal = GPC or DNT signal
consent-verdicts = Answers
consent-agreed = accepted
consent-refused = refused
consent-nothing-asked = Nothing asked for consent.
consent-revision = Revision of the registry
consent-shown = What was shown
consent-shown-text = the text ({ $lang })
consent-shown-code = the code
consent-replaces = Replaces the choice
consent-hash = Hash
consent-verify = Verify
consent-verify-action = Verify all records
consent-sound =
    { $count ->
        [0] There is no record yet, and nothing is missing.
        [one] The record is intact, in its place and signed.
       *[other] The { $count } records are intact, in their places and signed.
    }
consent-unsound =
    { $count ->
        [one] { $count } record was read. This is wrong:
       *[other] { $count } records were read. This is wrong:
    }
consent-more =
    { $count ->
        [one] And { $count } more fault.
       *[other] And { $count } more faults.
    }
consent-fault-altered =
    { $last ->
        [0] Record { $seq } was altered.
       *[other] Record { $seq } was altered, or one since { $last } and all after it.
    }
consent-fault-unproven = Record { $seq } is no longer proven, because the next one was altered.
consent-fault-missing = Records { $seq } to { $last } are missing.
consent-fault-inserted = A record was inserted at place { $last }; it claims to be no. { $seq }.
consent-fault-reordered = Record { $seq } was moved to place { $last }.
consent-fault-forked = Record { $seq } does not follow what was signed before it: two histories were mixed.
consent-fault-unsigned = No signature covers records { $seq } to { $last }.
consent-fault-mislabelled = Record { $seq } is filed under values that are not its own.
consent-fault-head = The signature of { $day } is wrong.
consent-fault-checkpoint = The signature of the purge up to record { $seq } is wrong.
consent-key = Public key (Ed25519)
consent-published = Published for everybody
consent-export = Export
consent-export-text = The JSON file holds all that is needed to verify without this program; the CSV file is for a spreadsheet.
