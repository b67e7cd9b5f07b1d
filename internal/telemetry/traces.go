package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ungcuu/ungcuu/internal/secret"
)

const (
	scope      = "github.com/ungcuu/ungcuu"
	exportTime = 5 * time.Second // how long one batch may take to reach the collector
	flushTime  = 3 * time.Second // how long the last one may, when the process ends
)

var w3c = propagation.TraceContext{}

// traces is the way of spans out of the process.
type traces struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// Trace makes the observer send spans to the collector at address (OTLP over HTTP, e.g.
// http://127.0.0.1:4318). A collector that is away costs spans, and nothing else. What a
// caller has decided about its trace holds; other requests are traced.
func (o *Observer) Trace(ctx context.Context, address secret.Text, version string, log *slog.Logger) error {
	u, err := address.URL()
	if err != nil {
		return fmt.Errorf("telemetry: address of the collector: %w", err)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/v1/traces"
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(u.String()), otlptracehttp.WithTimeout(exportTime),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{}))
	if err != nil {
		return fmt.Errorf("telemetry: collector: %w", err)
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.AlwaysSample())),
		sdktrace.WithBatcher(telling{exporter, o, NewTrouble(log, "export of traces", time.Second, time.Minute)}),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "ungcuu"), attribute.String("service.version", version))),
	)
	o.traces = &traces{provider: provider, tracer: provider.Tracer(scope)}
	return nil
}

// Flush sends what is left, in bounded time. The observer may still be used, for nothing.
func (o *Observer) Flush() {
	if o == nil || o.traces == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	_ = o.traces.provider.Shutdown(ctx) // a failed export was told
}

// telling tells in our log, and in the metrics, what the SDK would write to standard error.
type telling struct {
	sdktrace.SpanExporter
	observer *Observer
	trouble  *Trouble // the SDK exports one batch at a time
}

// ExportSpans implements sdktrace.SpanExporter.
func (t telling) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if err := t.SpanExporter.ExportSpans(ctx, spans); err != nil {
		t.trouble.Failed(err, time.Now())
		t.observer.Add(TraceExports, 1, "failed")
		return nil
	}
	t.trouble.Over(time.Now())
	t.observer.Add(TraceExports, 1, "ok")
	return nil
}

// SpanKind says on which side of a conversation a span stands.
type SpanKind = trace.SpanKind

// The kinds of spans.
const (
	Server   = trace.SpanKindServer
	Client   = trace.SpanKindClient
	Producer = trace.SpanKindProducer
	Consumer = trace.SpanKindConsumer
)

// Span is one step of a trace. A nil Span, of a step that is not traced, takes everything.
// Nothing that a person wrote, and no name, address or code of a case, may go into it.
type Span struct{ span trace.Span }

// Begin begins a trace, or goes on with that of a caller. The attributes are pairs of a name
// and a value.
func (o *Observer) Begin(ctx context.Context, caller http.Header, name string, attributes ...string) (context.Context, *Span) {
	if o == nil || o.traces == nil {
		return ctx, nil
	}
	return begin(w3c.Extract(ctx, propagation.HeaderCarrier(caller)), o.traces.tracer, name, Server, attributes)
}

// Follow goes on with a trace that came as its W3C traceparent, by a row or a message.
// Without one there is no trace: what the workers do by themselves is not traced.
func (o *Observer) Follow(ctx context.Context, traceparent, name string, kind SpanKind, attributes ...string) (context.Context, *Span) {
	if o == nil || o.traces == nil || traceparent == "" {
		return ctx, nil
	}
	parent := w3c.Extract(ctx, propagation.MapCarrier{"traceparent": traceparent})
	if !trace.SpanContextFromContext(parent).IsSampled() {
		return ctx, nil
	}
	return begin(parent, o.traces.tracer, name, kind, attributes)
}

// Step begins a step of the trace of ctx, if there is one.
func Step(ctx context.Context, name string, kind SpanKind, attributes ...string) (context.Context, *Span) {
	within := trace.SpanFromContext(ctx)
	if !within.IsRecording() {
		return ctx, nil
	}
	return begin(ctx, within.TracerProvider().Tracer(scope), name, kind, attributes)
}

func begin(ctx context.Context, tracer trace.Tracer, name string, kind SpanKind, attributes []string) (context.Context, *Span) {
	list := make([]attribute.KeyValue, 0, len(attributes)/2)
	for i := 0; i+1 < len(attributes); i += 2 {
		list = append(list, attribute.String(attributes[i], attributes[i+1]))
	}
	ctx, span := tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(list...))
	return ctx, &Span{span}
}

// Status adds the status of the answer; one of 500 or more is an error.
func (s *Span) Status(status int) {
	if s == nil {
		return
	}
	s.span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		s.span.SetStatus(codes.Error, "")
	}
}

// End ends the step. Of an error only that there was one is kept: its words may be anybody's.
func (s *Span) End(err error) {
	if s == nil {
		return
	}
	if err != nil {
		s.span.SetStatus(codes.Error, "")
	}
	s.span.End()
}

// TraceID is the id of the trace that ctx belongs to, 32 hex digits; "" without one.
func TraceID(ctx context.Context) string {
	if c := trace.SpanContextFromContext(ctx); c.HasTraceID() {
		return c.TraceID().String()
	}
	return ""
}

// Traceparent is the W3C traceparent of ctx, by which another part goes on with the trace;
// "" when there is none.
func Traceparent(ctx context.Context) string {
	if !trace.SpanContextFromContext(ctx).IsSampled() {
		return ""
	}
	carrier := propagation.MapCarrier{}
	w3c.Inject(ctx, carrier)
	return carrier["traceparent"]
}
