// net/http + franz-go: the leanest service of the kind that answers after Kafka's acknowledgement and keys by aggregate id.
// POST /events takes one JSON object (application/json) or NDJSON; 200 when every event is in Kafka, 400/502 otherwise.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type event struct {
	AggregateID string `json:"aggregateId"`
}

func main() {
	kafka := flag.String("kafka", "127.0.0.1:9092", "")
	topic := flag.String("topic", "", "")
	listen := flag.String("listen", "127.0.0.1:8081", "")
	codec := flag.String("compression", "none", "none or zstd")
	flag.Parse()

	compression := kgo.NoCompression()
	if *codec == "zstd" {
		compression = kgo.ZstdCompression().WithLevel(1)
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(*kafka),
		kgo.DefaultProduceTopic(*topic),
		kgo.RequiredAcks(kgo.AllISRAcks()), // and idempotent, which is franz-go's default
		kgo.ProducerLinger(5*time.Millisecond),
		kgo.ProducerBatchCompression(compression),
		kgo.MaxBufferedRecords(100_000),
		kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)), // Java's murmur2
	)
	if err != nil {
		log.Fatal(err)
	}
	if err := client.Ping(context.Background()); err != nil {
		log.Fatal(err)
	}

	http.HandleFunc("POST /events", func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, 0, max(r.ContentLength, 512))
		buffer := bytes.NewBuffer(body)
		if _, err := io.Copy(buffer, r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var records []*kgo.Record
		for line := range bytes.Lines(buffer.Bytes()) {
			line = bytes.TrimSpace(line)
			if len(line) == 0 {
				continue
			}
			var e event
			if err := json.Unmarshal(line, &e); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			records = append(records, &kgo.Record{Key: []byte(e.AggregateID), Value: line})
		}
		var open sync.WaitGroup
		var failed atomic.Int64
		open.Add(len(records))
		for _, record := range records {
			client.Produce(r.Context(), record, func(_ *kgo.Record, err error) {
				if err != nil {
					failed.Add(1)
				}
				open.Done()
			})
		}
		open.Wait()
		if n := failed.Load(); n > 0 {
			http.Error(w, fmt.Sprintf(`{"failed":%d}`, n), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"persisted":%d}`, len(records))
	})
	fmt.Fprintln(os.Stderr, "ready")
	log.Fatal(http.ListenAndServe(*listen, nil))
}
