package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// jsonOf is a value in a text column that is never NULL: nothing is the JSON null.
type jsonOf[T any] struct{ V T }

// Value implements driver.Valuer.
func (j jsonOf[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

// Scan implements sql.Scanner.
func (j *jsonOf[T]) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), &j.V)
	case []byte:
		return json.Unmarshal(v, &j.V)
	}
	return fmt.Errorf("store: a JSON column holds %T", src)
}

// GormDataType tells GORM that this struct is one column.
func (jsonOf[T]) GormDataType() string { return "text" }
