package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/ext/fts5"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// desk is the product in a process of its own, with its database and what is measured on it.
type desk struct {
	settings
	dialect string
	cases   int
	cfg     app.Config
	base    string
	http    *http.Client
	process *exec.Cmd
	stdin   interface{ Close() error }
	token   map[string]string
	sql     *sql.DB // a way of its own to the same database, for the floors
	cleanup func() error
	ids     []string // of cases that operations read, spread over all
}

// openDesk starts the product as the demo on an empty database and fills it with n cases of
// the past.
func openDesk(ctx context.Context, s settings, work, dialect string, n int) (*desk, error) {
	dir, err := os.MkdirTemp(work, dialect+"-")
	if err != nil {
		return nil, err
	}
	d := &desk{
		settings: s, dialect: dialect, cases: n, token: map[string]string{}, cleanup: func() error { return nil },
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * s.clients}, Timeout: time.Minute},
		cfg: app.Config{
			Addr: "127.0.0.1:0", Data: dir, Province: "son-la", Demo: true, SMTPFrom: "ungcuu@sonla.example", LogLevel: "info",
		},
	}
	if dialect == store.Postgres {
		if err := d.createDatabase(ctx); err != nil {
			return nil, err
		}
	}
	begun := time.Now()
	if err := fill(ctx, d.cfg, n); err != nil {
		return nil, errors.Join(fmt.Errorf("fill: %w", err), d.cleanup())
	}
	fmt.Fprintf(os.Stderr, "%-9s %7d  filled in %s\n", dialect, n, time.Since(begun).Round(100*time.Millisecond))
	if err := d.start(ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *desk) createDatabase(ctx context.Context) error {
	address, err := url.Parse(d.postgres)
	if err != nil {
		return fmt.Errorf("UNGCUU_TEST_POSTGRES: %w", err)
	}
	name := fmt.Sprintf("ungcuu_bench_%d_%d", os.Getpid(), d.cases)
	admin := func(statement string) error {
		db, err := sql.Open("pgx", d.postgres)
		if err != nil {
			return err
		}
		defer func() { _ = db.Close() }()
		_, err = db.ExecContext(context.WithoutCancel(ctx), statement)
		return err
	}
	if err := admin("CREATE DATABASE " + name); err != nil {
		return err
	}
	d.cleanup = func() error { return admin("DROP DATABASE " + name + " WITH (FORCE)") }
	address.Path = "/" + name
	d.cfg.DatabaseURL = secret.Text(address.String())
	return nil
}

const databaseURL = "UNGCUU_DATABASE_URL"

// start runs this program again as the product, waits until it is ready, and logs in.
func (d *desk) start(ctx context.Context) error {
	cfg, err := json.Marshal(d.cfg)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	d.process = exec.CommandContext(ctx, self, "-desk", string(cfg), d.profile)      //nolint:gosec // itself
	d.process.Env = append(os.Environ(), databaseURL+"="+d.cfg.DatabaseURL.Reveal()) // JSON would not hold it
	d.process.Stderr = os.Stderr
	stdin, err := d.process.StdinPipe() // it ends when this closes, even if we are killed
	if err != nil {
		return err
	}
	d.stdin = stdin
	out, err := d.process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := d.process.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the desk did not start: %w", err)
	}
	d.base = "http://" + strings.TrimSpace(line)
	for range 3000 {
		resp, err := d.http.Get(d.base + "/readyz") //nolint:noctx // bounded by the client
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				break
			}
		}
		telemetry.Pause(ctx, 10*time.Millisecond, nil)
	}
	for _, name := range []string{"lead", "officer", "police", "reporter"} {
		tokens, err := client.New(d.base, client.Options{}).Login(ctx, api.Login{Username: name, Password: directory.DemoPassword})
		if err != nil {
			return err
		}
		d.token[name] = tokens.AccessToken
	}
	return d.open(ctx)
}

// connect opens a way of its own to the database.
func (d *desk) connect() (err error) {
	if d.cfg.DatabaseURL != "" {
		d.sql, err = sql.Open("pgx", d.cfg.DatabaseURL.Reveal())
		return err
	}
	file := url.URL{Scheme: "file", OmitHost: true, Path: filepath.Join(d.cfg.Data, "ungcuu.db")}
	file.RawQuery = "_timefmt=2006-01-02T15:04:05.000000Z&_txlock=immediate&_pragma=busy_timeout(60000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(on)"
	d.sql, err = driver.Open(file.String(), fts5.Register)
	return err
}

// open connects to the database for the floors and reads what operations ask for.
func (d *desk) open(ctx context.Context) error {
	if err := d.connect(); err != nil {
		return err
	}
	d.sql.SetMaxIdleConns(16)
	d.sql.SetMaxOpenConns(16)
	statement := "SELECT id FROM incidents ORDER BY id LIMIT 2000"
	if d.dialect == store.Postgres {
		statement = "ANALYZE; " + statement
		if _, err := d.sql.ExecContext(ctx, "ANALYZE"); err != nil {
			return err
		}
		statement = strings.TrimPrefix(statement, "ANALYZE; ")
	}
	rows, err := d.sql.QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		d.ids = append(d.ids, id)
	}
	return rows.Err()
}

func (d *desk) close() error {
	var errs []error
	if d.sql != nil {
		errs = append(errs, d.sql.Close())
	}
	if d.process != nil && d.process.Process != nil {
		_ = d.stdin.Close()
		errs = append(errs, d.process.Wait())
	}
	return errors.Join(append(errs, d.cleanup())...)
}

// profiled switches the CPU profile of the product on or off.
func (d *desk) profiled() {
	if d.profile != "" {
		_ = d.process.Process.Signal(syscall.SIGUSR1)
	}
}

// serveDesk is the product in this process, until standard input ends. Each SIGUSR1 starts or
// ends a CPU profile in the folder.
func serveDesk(config, profiles string) error {
	var cfg app.Config
	if err := json.Unmarshal([]byte(config), &cfg); err != nil {
		return err
	}
	cfg.DatabaseURL = secret.Text(os.Getenv(databaseURL))
	file, err := os.Create(filepath.Join(cfg.Data, "desk.log"))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadByte()
		stop()
	}()
	if profiles != "" {
		go profile(ctx, profiles)
	}
	var once sync.Once
	return app.Run(ctx, cfg, slog.New(slog.NewJSONHandler(file, nil)), os.Stderr, func(addr string) {
		once.Do(func() { fmt.Println(addr) })
	})
}

func profile(ctx context.Context, dir string) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-signals:
		}
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%d-%02d.pprof", os.Getpid(), n))) //nolint:gosec // the folder that -profile names
		if err != nil {
			fmt.Fprintln(os.Stderr, "profile:", err)
			return
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			fmt.Fprintln(os.Stderr, "profile:", err)
		}
		<-signals
		pprof.StopCPUProfile()
		_ = f.Close()
	}
}
