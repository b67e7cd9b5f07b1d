package casework

// Sources is what fills the fields of forms.
var Sources = sources
