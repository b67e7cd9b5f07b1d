package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ungcuu/ungcuu/internal/accesslog"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/httpapi"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/ledger"
	"github.com/ungcuu/ungcuu/internal/notify"
	"github.com/ungcuu/ungcuu/internal/outbox"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/rulebook"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// Version is what the program calls itself; the release build sets it.
const Version = "0.1.0"

// Run runs the parts that c names until ctx ends, then stops them in order: no new requests,
// running ones end, workers finish their round, broker, database. ready, when not nil, is
// called with the address once the API listens. What an operator must read (the first
// administrator's password) goes to out, never to the log.
func Run(ctx context.Context, c Config, log *slog.Logger, out io.Writer, ready func(addr string)) (err error) {
	if err := c.Check(); err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	province, files, err := c.lawOf()
	if err != nil {
		return err
	}
	if err := unfinishedRestore(c.Data); err != nil {
		return err
	}
	watch, err := observe(ctx, c, log)
	if err != nil {
		return err
	}
	defer watch.Flush()
	log = telemetry.Log(log)
	st, err := store.Open(ctx, store.Config{DataDir: c.Data, DatabaseURL: c.DatabaseURL, Observer: watch}, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()

	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var parts sync.WaitGroup
	defer parts.Wait()
	start := func(name string, run func(context.Context) error) {
		parts.Go(func() {
			if err := run(ctx); err != nil {
				stop(fmt.Errorf("%s: %w", name, err))
			}
		})
	}

	broker, err := openBrokers(ctx, c, log)
	if err != nil {
		return err
	}
	defer broker.Close()
	defer parts.Wait()
	if c.MetricsAddr != "" {
		serve, err := listenMetrics(ctx, c, watch, st, broker, log)
		if err != nil {
			return err
		}
		start("metrics", serve)
	}
	var prepared atomic.Bool
	var rules *rulebook.Keeper
	if c.useRules() {
		rules = rulebook.New(rulebook.Config{Path: c.Rules, Store: st, Province: province, Observer: watch, Log: log, Now: now}, files)
	}
	if c.runs("api") {
		serve, err := listen(ctx, c, st, rules, broker, &prepared, watch, log, ready)
		if err != nil {
			return err
		}
		start("api", serve)
	}
	start("start", func(ctx context.Context) error {
		if err := prepare(ctx, c, st, province, rules, log, out); err != nil || ctx.Err() != nil {
			return err
		}
		if c.runs("api") { // what fell due while the desk was off stands in the lists from the first answer on
			watchAtStart(ctx, casework.New(st, province, log), log)
		}
		prepared.Store(true)
		if c.useRules() {
			start("rules", rules.Run)
		}
		work(c, st, province, broker, watch, log, start)
		return nil
	})
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// prepare brings the database up to date and fills it at the first start; it waits for a
// database that is away.
func prepare(ctx context.Context, c Config, st *store.Store, province regulation.Province, rules *rulebook.Keeper, log *slog.Logger, out io.Writer) error {
	trouble := telemetry.NewTrouble(log, "database", 200*time.Millisecond, 2*time.Second)
	for ctx.Err() == nil {
		password, err := migrateAndSeed(ctx, c, st, province)
		if password != "" { // whatever comes next: it is told once
			if _, err := fmt.Fprintf(out, "\nTài khoản quản trị đầu tiên / first administrator: admin\nMật khẩu (chỉ hiện một lần, phải đổi khi đăng nhập) / password, shown once: %s\n\n", password); err != nil {
				return err
			}
		}
		if err == nil && c.useRules() {
			err = rules.Adopt(ctx)
		}
		if err == nil {
			trouble.Over(time.Now())
			return nil
		}
		if !fault.Unavailable.In(err) && !fault.Busy.In(err) {
			return err
		}
		telemetry.Pause(ctx, trouble.Failed(err, time.Now()), nil)
	}
	return nil
}

func migrateAndSeed(ctx context.Context, c Config, st *store.Store, province regulation.Province) (string, error) {
	if err := st.Migrate(ctx); err != nil {
		return "", err
	}
	profile, ok := province.Rules.Book().Profile(province.Slug)
	if !ok {
		return "", fmt.Errorf("the rules in force hold no profile of %q", province.Slug)
	}
	return directory.Seed(ctx, st, profile, c.Demo, now())
}

// work starts the relay and the workers.
func work(c Config, st *store.Store, province regulation.Province, broker brokers, watch *telemetry.Observer, log *slog.Logger, start func(string, func(context.Context) error)) {
	if c.runs("relay") {
		start("relay", outbox.NewRelay(st, broker["relay"], watch, log).Run)
	}
	if c.runs("ledger") {
		start("ledger", ledger.New(st, broker["ledger"], c.Data, watch, log).Run)
	}
	if c.runs("notify") {
		start("notify", func(ctx context.Context) error {
			w, err := notify.New(st, broker["notify"], notify.Config{
				SMTP: notify.SMTP{URL: c.SMTPURL, From: c.SMTPFrom}, Clauses: clauses(province.Prefix), Rules: province.Rules,
				Dir: filepath.Join(c.Data, "notify"), Observer: watch,
			}, log)
			if err != nil {
				return err
			}
			return w.Run(ctx)
		})
	}
}

// clauses is what a mail of the province with the prefix quotes for each kind of handover. A notice
// quotes none: its clause would tell everyone on the mail's way that the case is a violation (SL 6.1.e).
func clauses(prefix string) map[incident.HandoverKind]string {
	out := map[incident.HandoverKind]string{}
	for _, k := range incident.HandoverKinds {
		if k.Kind != incident.Notice {
			out[k.Kind] = incident.BasisIn(k.Basis, prefix)
		}
	}
	return out
}

// listen opens the port at once, so that a mistake in the address stops the start, and
// returns what serves on it until ctx ends.
func listen(ctx context.Context, c Config, st *store.Store, law *rulebook.Keeper, broker brokers,
	prepared *atomic.Bool, watch *telemetry.Observer, log *slog.Logger, ready func(string)) (func(context.Context) error, error) {
	auth, err := authn.New(st, c.Data)
	if err != nil {
		return nil, err
	}
	rules := authn.Rules{SecondFactor: c.SecondFactor}
	if c.Demo {
		rules.Demo = directory.DemoPassword
	}
	auth.WithRules(rules)
	if err := c.trustProvider(auth); err != nil {
		return nil, err
	}
	var brokerReady func() error
	if len(broker) > 0 {
		brokerReady = broker.Ready
	}
	cases := casework.New(st, law.Province, log)
	imports, err := casework.NewImports(cases, c.Data, now, log)
	if err != nil {
		return nil, err
	}
	dbReady := func(ctx context.Context) error {
		if err := st.Ready(ctx); err != nil || prepared.Load() {
			return err
		}
		return fault.New(fault.Unavailable, "Đang khởi động.", "Starting.")
	}
	proxies, err := ranges(c.TrustedProxies)
	if err != nil {
		return nil, fmt.Errorf("UNGCUU_TRUSTED_PROXIES: %w", err)
	}
	encrypted, err := c.encryption(log)
	if err != nil {
		return nil, err
	}
	journal := accesslog.New(st, watch, log)
	server, err := httpapi.New(httpapi.Config{
		Cases: cases, Imports: imports, Directory: directory.New(st, law.Province.Slug).WithAuth(auth), Auth: auth, Journal: journal, Store: st,
		Log: log, Observer: watch, Now: now, Ready: dbReady, Started: prepared.Load, Rules: law, BrokerReady: brokerReady, Demo: c.Demo, Version: Version,
		TrustedProxies: proxies, TLS: encrypted,
	})
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return nil, fmt.Errorf("UNGCUU_ADDR: %w", err)
	}
	return func(ctx context.Context) error {
		go dropOldAnswers(ctx, st, log)
		go keepKeys(ctx, auth, log)
		var jobs sync.WaitGroup
		defer jobs.Wait()
		jobs.Go(func() { _ = imports.Run(ctx, dbReady) })
		jobs.Go(func() { auth.KeepUses(ctx, log) })
		jobs.Go(func() { keepWatch(ctx, cases, dbReady, watch, log) })
		last, ended := context.WithCancel(context.WithoutCancel(ctx)) // after the last request
		defer ended()
		jobs.Go(func() { journal.Run(last) })
		log.Info("listening", "addr", ln.Addr().String(), "scheme", c.scheme(), "database", st.Dialect())
		if ready != nil {
			ready(ln.Addr().String())
		}
		return server.Serve(ctx, ln)
	}, nil
}

// dropOldAnswers forgets, once an hour, the answers kept for retries more than a day ago.
func dropOldAnswers(ctx context.Context, st *store.Store, log *slog.Logger) {
	for ctx.Err() == nil {
		telemetry.Pause(ctx, time.Hour, nil)
		bounded, cancel := context.WithTimeout(ctx, time.Minute)
		err := st.Write(bounded, func(_ context.Context, tx *store.Tx) error { return tx.DropAnswers(now().Add(-24 * time.Hour)) })
		cancel()
		if err != nil && ctx.Err() == nil {
			log.Warn("old answers were not dropped", "error", err)
		}
	}
}

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
