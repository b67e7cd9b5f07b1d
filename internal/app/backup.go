package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ungcuu/ungcuu/internal/backup"
	"github.com/ungcuu/ungcuu/internal/fault"
)

// unfinishedRestore refuses a data folder in which a restore was broken off: what is there is
// not the whole desk.
func unfinishedRestore(dataDir string) error {
	path := filepath.Join(dataDir, backup.Unfinished)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fault.New(fault.Conflict,
		"Lần phục hồi trước bị ngắt giữa chừng (có "+path+"). Hãy làm trống thư mục dữ liệu và cơ sở dữ liệu rồi phục hồi lại.",
		"A restore was broken off here (there is "+path+"). Empty the data folder and the database, and restore again.")
}
