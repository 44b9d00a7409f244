// Follows repositories with go-tuf, one JSON line in and one out for each request: the same requests
// and answers as ../python/follow.py, where they are explained.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"
	"github.com/theupdateframework/go-tuf/v2/metadata/config"
	"github.com/theupdateframework/go-tuf/v2/metadata/updater"
)

const base = "http://repository.example"

type generation struct {
	Files   map[string][]byte `json:"files"`
	Targets []string          `json:"targets"`
}

type request struct {
	generation
	Op          string       `json:"op"`
	Pinned      []byte       `json:"pinned"`
	Generations []generation `json:"generations"`
}

type outcome struct {
	Refusal string             `json:"refusal,omitempty"`
	Targets map[string]*string `json:"targets"`
}

type answer struct {
	Outcomes []outcome `json:"outcomes,omitempty"`
}

// memoryFetcher is a server that answers from memory, after reading the URL as a server would.
type memoryFetcher struct{ files map[string][]byte }

func (fetcher memoryFetcher) DownloadFile(url string, maxLength int64, _ time.Duration) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	content, found := fetcher.files[strings.TrimPrefix(request.URL.Path, "/")]
	if !found {
		return nil, &metadata.ErrDownloadHTTP{StatusCode: http.StatusNotFound, URL: url}
	}
	if int64(len(content)) > maxLength {
		return nil, &metadata.ErrDownloadLengthMismatch{Msg: url}
	}
	return content, nil
}

// caches are what a client that trusts one pinned root held after each generation; first: nothing.
type caches struct {
	pinned []byte
	starts []string
}

func newCaches(top string, pinned []byte, generations []generation) (*caches, error) {
	all := &caches{pinned: pinned, starts: []string{filepath.Join(top, "0")}}
	if err := os.MkdirAll(all.starts[0], 0o700); err != nil {
		return nil, err
	}
	for index, next := range generations {
		folder := filepath.Join(top, fmt.Sprint(index+1))
		if err := os.CopyFS(folder, os.DirFS(all.starts[index])); err != nil {
			return nil, err
		}
		if _, err := pull(folder, pinned, next); err != nil {
			return nil, err
		}
		all.starts = append(all.starts, folder)
	}
	return all, nil
}

func (all *caches) follow(next generation) ([]outcome, error) {
	var outcomes []outcome
	for _, start := range all.starts {
		folder := start + "-now"
		if err := os.CopyFS(folder, os.DirFS(start)); err != nil {
			return nil, err
		}
		targets, err := pull(folder, all.pinned, next)
		if err != nil {
			outcomes = append(outcomes, outcome{Refusal: err.Error()})
		} else {
			outcomes = append(outcomes, outcome{Targets: targets})
		}
		if err := os.RemoveAll(folder); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// pull is one run of the client workflow: refresh, look up and download every target.
func pull(folder string, pinned []byte, next generation) (map[string]*string, error) {
	settings, err := config.New(base+"/metadata", pinned)
	if err != nil {
		return nil, err
	}
	settings.RemoteTargetsURL = base + "/targets"
	settings.LocalMetadataDir = folder
	settings.LocalTargetsDir = folder
	settings.Fetcher = memoryFetcher{next.Files}
	client, err := updater.New(settings)
	if err != nil {
		return nil, err
	}
	if err := client.Refresh(); err != nil {
		return nil, err
	}
	contents := map[string]*string{}
	for _, path := range next.Targets {
		if contents[path], err = fetch(client, path, filepath.Join(folder, "target")); err != nil {
			return nil, err
		}
	}
	return contents, nil
}

func fetch(client *updater.Updater, path, file string) (*string, error) {
	info, err := client.GetTargetInfo(path)
	if err != nil {
		// go-tuf says "none" with an error and has no type for it.
		if strings.HasSuffix(err.Error(), "not found") {
			return nil, nil
		}
		return nil, err
	}
	_, content, err := client.DownloadTarget(info, file, "")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	text := hex.EncodeToString(sum[:])
	return &text, nil
}

func main() {
	top := os.Args[1]
	lines := bufio.NewReader(os.Stdin)
	var all *caches
	for count := 0; ; count++ {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		next, err := answerTo(line, filepath.Join(top, fmt.Sprint(count)), &all)
		if err != nil {
			log.Print(err)
			return
		}
		fmt.Println(next)
	}
}

func answerTo(line []byte, folder string, all **caches) (string, error) {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return "", err
	}
	var next answer
	var err error
	if asked.Op == "begin" {
		*all, err = newCaches(folder, asked.Pinned, asked.Generations)
	} else {
		next.Outcomes, err = (*all).follow(asked.generation)
	}
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(next)
	return string(text), err
}
