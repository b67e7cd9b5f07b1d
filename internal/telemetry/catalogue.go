package telemetry

// Kind is what a metric is to Prometheus.
type Kind string

// The kinds of metrics.
const (
	Counter   Kind = "counter"
	Gauge     Kind = "gauge"
	Histogram Kind = "histogram"
)

// Metric is one row of the catalogue of what a process tells about itself. No label ever
// holds a code of a case, a name, an address, or anything a caller can choose.
type Metric struct {
	Name   string
	Kind   Kind
	Labels []string
	Help   string
	From   string // which processes export it
	Merge  Merge
	read   bool // read when it is asked for, not counted as it happens
}

// Merge is how the figures of several processes become one.
type Merge string

// Each process has counted its own part; or all read the same rows and say the same.
const (
	Sum Merge = "sum"
	Max Merge = "max"
)

// Which processes export a metric.
const (
	every   = "every process"
	workers = "relay, notify, ledger"
)

// The metrics.
var (
	HTTPDuration = &Metric{Name: "ungcuu_http_request_duration_seconds", Kind: Histogram, Labels: []string{"route", "method", "code"}, From: "api", Merge: Sum,
		Help: "Time from a request to its answer, by name of the route, method and class of status; its _count is the number of requests."}
	HTTPInFlight = &Metric{Name: "ungcuu_http_requests_in_flight", Kind: Gauge, From: "api", Merge: Sum,
		Help: "Requests that are being answered."}
	HTTPBytes = &Metric{Name: "ungcuu_http_response_bytes_total", Kind: Counter, Labels: []string{"route"}, From: "api", Merge: Sum,
		Help: "Bytes of answers, without headers."}
	LoginsLimited = &Metric{Name: "ungcuu_logins_limited_total", Kind: Counter, From: "api", Merge: Sum,
		Help: "Attempts to log in that were refused because there were too many."}
	StateSecretsRefused = &Metric{Name: "ungcuu_state_secrets_refused_total", Kind: Counter, From: "api", Merge: Sum,
		Help: "Requests that were refused because they held a state secret or bore its stamp."}

	AccessesNoted = &Metric{Name: "ungcuu_accesses_total", Kind: Counter, From: "api", Merge: Sum,
		Help: "Answers that showed somebody something, as noted for the access log."}
	DenialsNoted = &Metric{Name: "ungcuu_denials_total", Kind: Counter, Labels: []string{"kind"}, From: "api", Merge: Sum,
		Help: "Requests that were refused, by kind, as noted for the security log; out_of_sight counts every 404 of a case."}
	DenialsOverflow = &Metric{Name: "ungcuu_denials_overflow_total", Kind: Counter, From: "api", Merge: Sum,
		Help: "Refusals that were too many for a line of their own in the security log, and are counted in one for their kind."}
	JournalWaiting = &Metric{Name: "ungcuu_access_log_waiting_lines", Kind: Gauge, Labels: []string{"log"}, From: "api", Merge: Sum,
		Help: "Lines of the access log and of the security log that the database has not taken after the last try."}
	JournalLost = &Metric{Name: "ungcuu_access_log_lost", Kind: Gauge, Labels: []string{"log"}, From: "api", Merge: Sum,
		Help: "Accesses and refusals that were dropped since the start, because the database was away for too long."}

	OutboxWaiting = &Metric{Name: "ungcuu_outbox_waiting_events", Kind: Gauge, From: every, Merge: Max, read: true,
		Help: "Committed events that are not on the broker yet."}
	OutboxOldest = &Metric{Name: "ungcuu_outbox_oldest_waiting_seconds", Kind: Gauge, From: every, Merge: Max, read: true,
		Help: "Age of the oldest event that is not on the broker yet; 0 when none waits."}
	RelayPublished = &Metric{Name: "ungcuu_relay_published_total", Kind: Counter, From: "relay", Merge: Sum,
		Help: "Events that the broker has taken."}
	RelayRefused = &Metric{Name: "ungcuu_relay_refused_total", Kind: Counter, From: "relay", Merge: Sum,
		Help: "Tries to publish an event that the broker did not take; the event waits and is tried again."}

	WorkerRounds = &Metric{Name: "ungcuu_worker_rounds_total", Kind: Counter, Labels: []string{"worker", "result"}, From: every, Merge: Sum,
		Help: "Rounds of a worker by result: ok or failed. A worker whose rounds stop hangs."}
	WorkerLast = &Metric{Name: "ungcuu_worker_last_success_timestamp_seconds", Kind: Gauge, Labels: []string{"worker"}, From: every, Merge: Max,
		Help: "When a worker last ended a round without an error, in seconds since 1970."}

	BrokerUp = &Metric{Name: "ungcuu_broker_up", Kind: Gauge, From: workers, Merge: Max, read: true,
		Help: "1 when the broker and the stream of events answer."}
	StreamMessages = &Metric{Name: "ungcuu_broker_stream_messages", Kind: Gauge, From: workers, Merge: Max, read: true,
		Help: "Messages that the stream keeps."}
	StreamBytes = &Metric{Name: "ungcuu_broker_stream_bytes", Kind: Gauge, From: workers, Merge: Max, read: true,
		Help: "Size of the stream."}
	StreamLimit = &Metric{Name: "ungcuu_broker_stream_limit_bytes", Kind: Gauge, From: workers, Merge: Max, read: true,
		Help: "Size at which the stream refuses further events."}
	ConsumerPending = &Metric{Name: "ungcuu_consumer_pending_events", Kind: Gauge, Labels: []string{"consumer"}, From: workers, Merge: Max, read: true,
		Help: "Events on the broker that a consumer has not been given yet."}
	ConsumerUnacknowledged = &Metric{Name: "ungcuu_consumer_unacknowledged_events", Kind: Gauge, Labels: []string{"consumer"}, From: workers, Merge: Max, read: true,
		Help: "Events given to a consumer and not acknowledged yet."}
	ConsumerRedelivered = &Metric{Name: "ungcuu_consumer_redelivered_events", Kind: Gauge, Labels: []string{"consumer"}, From: workers, Merge: Max, read: true,
		Help: "Unacknowledged events that were given to a consumer more than once."}
	ConsumerFloor = &Metric{Name: "ungcuu_consumer_ack_floor_sequence", Kind: Gauge, Labels: []string{"consumer"}, From: workers, Merge: Max, read: true,
		Help: "Place in the stream up to which a consumer has acknowledged everything; a lag that does not move shows here."}
	ConsumerIdle = &Metric{Name: "ungcuu_consumer_last_progress_seconds", Kind: Gauge, Labels: []string{"consumer"}, From: workers, Merge: Max, read: true,
		Help: "Time since a consumer last acknowledged an event; missing until the broker has seen one."}

	LedgerLines = &Metric{Name: "ungcuu_ledger_lines", Kind: Gauge, From: "ledger", Merge: Max,
		Help: "Lines of the ledger of seals."}
	LedgerAlarms = &Metric{Name: "ungcuu_ledger_alarms", Kind: Gauge, Labels: []string{"alarm"}, From: "ledger", Merge: Max,
		Help: "Alarms written in the ledger since it was begun, by kind."}
	LedgerLast = &Metric{Name: "ungcuu_ledger_last_line_timestamp_seconds", Kind: Gauge, From: "ledger", Merge: Max,
		Help: "When the ledger was last written, in seconds since 1970."}

	Deliveries = &Metric{Name: "ungcuu_deliveries", Kind: Gauge, Labels: []string{"status"}, From: every, Merge: Max, read: true,
		Help: "Mails by status: pending, sending, held (no mail server is set up) or failed (given up)."}
	DeliveriesOldest = &Metric{Name: "ungcuu_deliveries_oldest_due_seconds", Kind: Gauge, From: every, Merge: Max, read: true,
		Help: "How long the mail that is longest due has been due; 0 when none is."}
	MailAttempts = &Metric{Name: "ungcuu_mail_attempts_total", Kind: Counter, Labels: []string{"result"}, From: "notify", Merge: Sum,
		Help: "Tries to send a mail by result: sent, deferred (refused for now), failed (given up) or unavailable (no mail server answered)."}

	DutiesPending = &Metric{Name: "ungcuu_duties_pending", Kind: Gauge, Labels: []string{"rule"}, From: every, Merge: Max, read: true,
		Help: "Legal duties that are not fulfilled yet, by rule; those of restricted and red cases as rule restricted; without exercises and imported cases."}
	DutiesOverdue = &Metric{Name: "ungcuu_duties_overdue", Kind: Gauge, Labels: []string{"rule"}, From: every, Merge: Max, read: true,
		Help: "Pending duties past their target, or else past the time they are due, by rule; those of restricted and red cases as rule restricted."}
	WatchLag = &Metric{Name: "ungcuu_watch_lag_seconds", Kind: Gauge, From: every, Merge: Max, read: true,
		Help: "How long a reminder of a legal duty has been due that was not given yet; 0 when none is."}
	HandoversOverdue = &Metric{Name: "ungcuu_handovers_overdue", Kind: Gauge, From: every, Merge: Max, read: true,
		Help: "Requests to another agency that nobody has acknowledged by the time that was asked; without exercises and imported cases."}

	RulesRefused = &Metric{Name: "ungcuu_rules_refused", Kind: Gauge, From: "api", Merge: Max, read: true,
		Help: "1 while what lies in UNGCUU_RULES is refused and the rules before it stay in force."}
	RulesLoaded = &Metric{Name: "ungcuu_rules_loaded_info", Kind: Gauge, Labels: []string{"version"}, From: "api", Merge: Max, read: true,
		Help: "1, with the version of the book of rules in force; two versions at once mean that instances have different files."}

	DatabaseUp = &Metric{Name: "ungcuu_database_up", Kind: Gauge, From: every, Merge: Max, read: true,
		Help: "1 when the database answers within two seconds and every migration is applied; while it is 0, what is read from rows is missing."}
	DatabaseConnections = &Metric{Name: "ungcuu_database_connections", Kind: Gauge, Labels: []string{"pool", "state"}, From: every, Merge: Sum, read: true,
		Help: "Connections of a pool by state: in_use or idle."}
	DatabaseLimit = &Metric{Name: "ungcuu_database_connections_limit", Kind: Gauge, Labels: []string{"pool"}, From: every, Merge: Sum, read: true,
		Help: "The most connections a pool opens."}
	DatabaseWaits = &Metric{Name: "ungcuu_database_connection_waits_total", Kind: Counter, Labels: []string{"pool"}, From: every, Merge: Sum, read: true,
		Help: "How often somebody had to wait for a connection."}
	DatabaseWaited = &Metric{Name: "ungcuu_database_connection_wait_seconds_total", Kind: Counter, Labels: []string{"pool"}, From: every, Merge: Sum, read: true,
		Help: "Time spent waiting for a connection."}
	DatabaseSlow = &Metric{Name: "ungcuu_database_slow_queries_total", Kind: Counter, From: every, Merge: Sum,
		Help: "Statements that took half a second or more."}
	DatabaseFailures = &Metric{Name: "ungcuu_database_failures_total", Kind: Counter, Labels: []string{"kind"}, From: every, Merge: Sum,
		Help: "Statements and transactions that failed because someone else held the rows (busy) or the database was away (unavailable)."}

	DataFree = &Metric{Name: "ungcuu_data_free_bytes", Kind: Gauge, From: every, Merge: Max, read: true,
		Help: "Free space of the file system that holds the data folder."}
	DataSize = &Metric{Name: "ungcuu_data_size_bytes", Kind: Gauge, From: every, Merge: Max, read: true,
		Help: "Size of the file system that holds the data folder."}
	TraceExports = &Metric{Name: "ungcuu_trace_exports_total", Kind: Counter, Labels: []string{"result"}, From: every, Merge: Sum,
		Help: "Batches of spans sent to the collector of traces by result: ok or failed (lost)."}
	BuildInfo = &Metric{Name: "ungcuu_build_info", Kind: Gauge, Labels: []string{"version", "revision", "goversion"}, From: every, Merge: Max,
		Help: "1, with what the program was built from."}
	PartInfo = &Metric{Name: "ungcuu_part_info", Kind: Gauge, Labels: []string{"part"}, From: every, Merge: Sum,
		Help: "1 for each part that the process runs: api, relay, notify, ledger."}
)

// Catalogue is every metric of ours, in the order of the documentation. A process also
// exports the usual go_ and process_ metrics.
func Catalogue() []*Metric {
	return []*Metric{
		OutboxWaiting, OutboxOldest, RelayPublished, RelayRefused, WorkerRounds, WorkerLast,
		BrokerUp, StreamMessages, StreamBytes, StreamLimit,
		ConsumerPending, ConsumerUnacknowledged, ConsumerRedelivered, ConsumerFloor, ConsumerIdle,
		LedgerLines, LedgerAlarms, LedgerLast,
		Deliveries, DeliveriesOldest, MailAttempts, DutiesPending, DutiesOverdue, WatchLag, HandoversOverdue,
		RulesRefused, RulesLoaded,
		DatabaseUp, DatabaseConnections, DatabaseLimit, DatabaseWaits, DatabaseWaited, DatabaseSlow, DatabaseFailures,
		HTTPDuration, HTTPInFlight, HTTPBytes, LoginsLimited,
		AccessesNoted, DenialsNoted, DenialsOverflow, JournalWaiting, JournalLost, StateSecretsRefused,
		DataFree, DataSize, TraceExports, BuildInfo, PartInfo,
	}
}
