package httpapi

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// unstamped refuses a body in which any text bears the stamp of a độ mật, whatever the route
// does with it: no way in can be forgotten. What else shows a state secret, the rules refuse.
func unstamped(body any) error {
	var c incident.Checker
	eachString(reflect.ValueOf(body), "", c.Unstamped)
	return c.Err()
}

// eachString calls fn with every text of a body and its JSON pointer.
func eachString(v reflect.Value, at string, fn func(pointer, s string)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			eachString(v.Elem(), at, fn)
		}
	case reflect.String:
		fn(at, v.String())
	case reflect.Slice:
		for i := range v.Len() {
			eachString(v.Index(i), at+"/"+strconv.Itoa(i), fn)
		}
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			eachString(i.Value(), at+"/"+escape(i.Key().String()), fn)
		}
	case reflect.Struct:
		if strings.HasPrefix(v.Type().Name(), "Patch[") {
			eachString(v.FieldByName("Value"), at, fn)
			return
		}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if v.Type().Field(i).Anonymous {
				eachString(v.Field(i), at, fn)
			} else {
				eachString(v.Field(i), at+"/"+name, fn)
			}
		}
	}
}
