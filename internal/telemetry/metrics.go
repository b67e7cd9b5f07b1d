package telemetry

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Observer is what the parts of a process report to. A nil Observer takes everything and
// keeps nothing, so that nobody has to ask whether metrics or traces are on.
type Observer struct {
	registry *prometheus.Registry // nil: no metrics
	made     map[*Metric]prometheus.Collector
	traces   *traces // nil: no traces
}

// buckets are the bounds of the durations of requests, in seconds.
var buckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// NewMetrics makes an observer that keeps the metrics of a process of this version that runs
// these parts.
func NewMetrics(version string, parts []string) *Observer {
	o := &Observer{registry: prometheus.NewRegistry(), made: map[*Metric]prometheus.Collector{}}
	o.registry.MustRegister(collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, m := range Catalogue() {
		if !m.read {
			o.made[m] = m.collector()
			o.registry.MustRegister(o.made[m])
		}
	}
	o.Set(BuildInfo, 1, version, revision(), goVersion())
	for _, part := range parts {
		o.Set(PartInfo, 1, part)
	}
	return o
}

func (m *Metric) collector() prometheus.Collector {
	switch m.Kind {
	case Counter:
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: m.Name, Help: m.Help}, m.Labels)
	case Histogram:
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: m.Name, Help: m.Help, Buckets: buckets}, m.Labels)
	default:
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: m.Name, Help: m.Help}, m.Labels)
	}
}

func revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "unknown"
}

func goVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.GoVersion
	}
	return "unknown"
}

func (o *Observer) counts() bool { return o != nil && o.registry != nil }

// Add raises a counter or a gauge by n. The values of the labels come in the order of the
// metric.
func (o *Observer) Add(m *Metric, n float64, labels ...string) {
	if !o.counts() {
		return
	}
	switch v := o.made[m].(type) {
	case *prometheus.CounterVec:
		v.WithLabelValues(labels...).Add(n)
	case *prometheus.GaugeVec:
		v.WithLabelValues(labels...).Add(n)
	}
}

// Set gives a gauge its value.
func (o *Observer) Set(m *Metric, value float64, labels ...string) {
	if !o.counts() {
		return
	}
	if v, ok := o.made[m].(*prometheus.GaugeVec); ok {
		v.WithLabelValues(labels...).Set(value)
	}
}

// Took adds a duration to a histogram of seconds.
func (o *Observer) Took(m *Metric, d time.Duration, labels ...string) {
	if !o.counts() {
		return
	}
	if v, ok := o.made[m].(*prometheus.HistogramVec); ok {
		v.WithLabelValues(labels...).Observe(d.Seconds())
	}
}

// Round notes the end of one round of a worker.
func (o *Observer) Round(worker string, err error) {
	if !o.counts() {
		return
	}
	if err != nil {
		o.Add(WorkerRounds, 1, worker, "failed")
		return
	}
	o.Add(WorkerRounds, 1, worker, "ok")
	o.Set(WorkerLast, seconds(time.Now()), worker)
}

func seconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

// At gives a gauge a time, in seconds since 1970.
func (o *Observer) At(m *Metric, t time.Time, labels ...string) { o.Set(m, seconds(t), labels...) }

// Put takes one figure that was read.
type Put func(m *Metric, value float64, labels ...string)

const (
	readTime = 2 * time.Second // how long one reading may take
	fresh    = 3 * time.Second // how long it is good for
)

// Read makes read be called when the metrics are asked for, at most once in three seconds,
// with a context of two seconds. up, when there is one, says whether it succeeded; a reading
// that fails, or does not come back in time, counts for nothing.
func (o *Observer) Read(up *Metric, read func(ctx context.Context, put Put) error) {
	if o.counts() {
		o.registry.MustRegister(&reader{up: up, read: read})
	}
}

// reader is a collector of figures that are read on demand.
type reader struct {
	up   *Metric
	read func(ctx context.Context, put Put) error

	mu     sync.Mutex
	at     time.Time
	kept   []prometheus.Metric
	behind chan struct{} // closed when a reading that did not come back in time has ended
}

// Describe implements prometheus.Collector: which figures come is not known beforehand.
func (r *reader) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (r *reader) Collect(out chan<- prometheus.Metric) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at.IsZero() || time.Since(r.at) > fresh {
		r.kept = r.once()
		r.at = time.Now()
	}
	for _, m := range r.kept {
		out <- m
	}
}

var errLate = errors.New("the reading did not come back in time")

func (r *reader) once() []prometheus.Metric {
	list, err := r.within()
	if err != nil {
		list = nil
	}
	if r.up != nil {
		value := 1.0
		if err != nil {
			value = 0
		}
		list = append(list, r.up.constant(value))
	}
	return list
}

// within never waits much longer than readTime, even for a reading that overlooks its context.
func (r *reader) within() ([]prometheus.Metric, error) {
	if r.behind != nil {
		select {
		case <-r.behind:
		default:
			return nil, errLate
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), readTime)
	defer cancel()
	var list []prometheus.Metric
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = r.read(ctx, func(m *Metric, value float64, labels ...string) {
			list = append(list, m.constant(value, labels...))
		})
	}()
	last := time.NewTimer(readTime + readTime/2)
	defer last.Stop()
	select {
	case <-done:
		r.behind = nil
		return list, err
	case <-last.C:
		r.behind = done
		return nil, errLate
	}
}

func (m *Metric) constant(value float64, labels ...string) prometheus.Metric {
	kind := prometheus.GaugeValue
	if m.Kind == Counter {
		kind = prometheus.CounterValue
	}
	return prometheus.MustNewConstMetric(prometheus.NewDesc(m.Name, m.Help, m.Labels, nil), kind, value, labels...)
}

// Metrics serves /metrics, and nothing else. It belongs on a listener of its own, because it
// asks nobody who they are.
func (o *Observer) Metrics() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(o.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	return mux
}
