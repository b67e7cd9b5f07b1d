package fault

import "reflect"

var typeNames = map[reflect.Kind]Text{
	reflect.String: {VI: "chuỗi", EN: "a string"},
	reflect.Bool:   {VI: "true hoặc false", EN: "true or false"},
	reflect.Slice:  {VI: "mảng", EN: "an array"},
	reflect.Int:    {VI: "số nguyên", EN: "a whole number"},
	reflect.Int64:  {VI: "số nguyên", EN: "a whole number"},
}

// WrongType says of a JSON value that the Go type t, or what it points to, cannot hold it. Of
// any type without a name of its own, nil too, an object is asked for.
func WrongType(t reflect.Type) Text {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := Text{VI: "đối tượng", EN: "an object"}
	if t != nil {
		if known, ok := typeNames[t.Kind()]; ok {
			name = known
		}
	}
	return Text{VI: "Sai kiểu dữ liệu; cần " + name.VI + ".", EN: "Wrong type; " + name.EN + " is needed."}
}
