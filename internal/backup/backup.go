// Package backup owns the archive.
package backup

// Unfinished is the folder, inside the data folder, in which a restore works; it is gone when
// the restore is complete.
const Unfinished = ".restoring"
