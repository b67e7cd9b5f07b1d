package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/ungcuu/ungcuu/internal/backup"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/ledger"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Backup writes the whole desk, which may be running, into a new file, or to out when file
// is "-". The file is there whole or not at all, and never in place of another. With
// recipients (age keys) it is encrypted to them.
func Backup(ctx context.Context, c Config, file string, recipients []string, out *os.File, told io.Writer, log *slog.Logger) (err error) {
	st, err := c.openExisting(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	src := backup.Source{Store: st, DataDir: c.Data, Ledger: ledger.Path(c.Data), Program: Version, Recipients: recipients, Progress: progress(told)}
	var done *backup.Done
	if file == "-" {
		if info, err := out.Stat(); err == nil && info.Mode()&fs.ModeCharDevice != 0 {
			return fault.New(fault.Invalid, "Không ghi bản sao lưu ra màn hình; hãy chuyển hướng vào tệp.", "A backup is not for the screen; redirect it.")
		}
		done, err = backup.Write(ctx, out, src)
	} else {
		done, err = writeNew(ctx, file, src)
	}
	if err != nil {
		return err
	}
	care := "Tệp này chứa toàn bộ dữ liệu, khoá và mật khẩu băm: phải giữ kín như chính hệ thống.\n" +
		"This file holds all data, the keys and the password hashes: keep it as you keep the desk itself.\n"
	if len(recipients) > 0 {
		care = "Tệp đã mã hoá; không có khoá bí mật thì không ai mở được. The file is encrypted; without the secret key nobody opens it.\n"
	}
	_, err = fmt.Fprintf(told, "\nĐã sao lưu: %s, %d byte, dữ liệu lúc %s, %d hồ sơ, %d sự kiện\nBacked up: %[1]s, %[2]d bytes, as of %[3]s, %[4]d cases, %[5]d events\nSHA-256: %[6]s\n%s",
		file, done.Size, done.At.Format("2006-01-02T15:04:05Z07:00"), done.Rows("incidents"), done.Rows("events"), done.SHA256, care)
	return err
}

// writeNew writes under a temporary name, which a later try takes over when this one is
// killed, and gives the file its name when all of it is on disk.
func writeNew(ctx context.Context, file string, src backup.Source) (*backup.Done, error) {
	if err := outside(file, src.DataDir); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return nil, exists(file, err)
	}
	f, err := os.OpenFile(file+".partial", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	defer func() { _ = f.Close() }()
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return nil, fault.New(fault.Busy, "Một tiến trình khác đang ghi tệp này.", "Another process writes this file.")
	}
	done, err := func() (*backup.Done, error) {
		if err := errors.Join(f.Truncate(0), f.Chmod(0o600)); err != nil {
			return nil, fmt.Errorf("backup: %w", err)
		}
		done, err := backup.Write(ctx, f, src)
		if err != nil {
			return nil, err
		}
		if err := f.Sync(); err != nil {
			return nil, fmt.Errorf("backup: %w", err)
		}
		if err := os.Link(f.Name(), file); errors.Is(err, fs.ErrExist) {
			return nil, exists(file, nil)
		} else if err != nil { // a file system without links
			if err := os.Rename(f.Name(), file); err != nil {
				return nil, fmt.Errorf("backup: %w", err)
			}
		}
		return done, nil
	}()
	if gone := os.Remove(f.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	if err != nil {
		return nil, err
	}
	return done, syncDir(filepath.Dir(file))
}

func exists(file string, err error) error {
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return fault.New(fault.Conflict, "Tệp "+file+" đã có; không ghi đè.", "The file "+file+" is there already; it is not overwritten.")
}

// outside refuses a file inside the data folder: every backup would hold those before it.
func outside(file, dataDir string) error {
	dir, err := filepath.EvalSymlinks(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	data, err := filepath.EvalSymlinks(dataDir)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if data, err = filepath.Abs(data); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if in, err := filepath.Rel(data, dir); err == nil && in != ".." && !strings.HasPrefix(in, ".."+string(filepath.Separator)) {
		return fault.New(fault.Invalid, "Tệp sao lưu phải nằm ngoài thư mục dữ liệu.", "The backup must lie outside the data folder.")
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// Restore brings a desk back from a backup into an empty data folder and, on PostgreSQL, an
// empty database, and then verifies it. identity is the file with the secret keys of age, for
// an encrypted backup. FindingsError means that it is restored, but was not
// whole.
func Restore(ctx context.Context, c Config, file, identity string, out, told io.Writer, log *slog.Logger) error {
	m, err := backup.Restore(ctx, file, backup.Target{DataDir: c.Data, DatabaseURL: c.DatabaseURL, Identity: identity, Log: log, Progress: progress(told)})
	if err != nil {
		return err
	}
	kind := store.SQLite
	if c.DatabaseURL != "" {
		kind = store.Postgres
	}
	if _, err := fmt.Fprintf(told, "\nĐã phục hồi: dữ liệu lúc %s (%s → %s), %d hồ sơ, %d sự kiện. Mọi người phải đăng nhập lại.\n"+
		"Restored: as of %[1]s (%[2]s → %[3]s), %[4]d cases, %[5]d events. Everyone logs in again.\n"+
		"Nếu dùng máy chủ NATS riêng: xoá luồng UNGCUU trước khi chạy, vì nó còn các sự kiện sau thời điểm sao lưu.\n"+
		"With a NATS server of your own: delete the stream UNGCUU before you start, because it has events from after the backup.\n"+
		"Kiểm tra toàn vẹn / verifying:\n",
		m.At.Format("2006-01-02T15:04:05Z07:00"), m.Database, kind, m.Rows("incidents"), m.Rows("events")); err != nil {
		return err
	}
	return Verify(ctx, c, false, out, told, log)
}

// progress tells each step on a line.
func progress(told io.Writer) func(what string, rows int64) {
	return func(what string, rows int64) {
		if rows > 0 {
			_, _ = fmt.Fprintf(told, "%s: %d\n", what, rows)
		} else {
			_, _ = fmt.Fprintln(told, what)
		}
	}
}

// unfinishedRestore refuses a data folder in which a restore was broken off: what is there is
// not the whole desk.
func unfinishedRestore(dataDir string) error {
	path := filepath.Join(dataDir, backup.Unfinished)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fault.New(fault.Conflict,
		"Lần phục hồi trước bị ngắt giữa chừng hoặc đang chạy (có "+path+"). Hãy phục hồi lại; nếu bị từ chối, làm trống thư mục dữ liệu và cơ sở dữ liệu trước.",
		"A restore was broken off here, or is running (there is "+path+"). Restore again; if that is refused, empty the data folder and the database first.")
}
