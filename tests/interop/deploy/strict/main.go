// Reads manifests from stdin as an API server of Kubernetes would that refuses what it does not
// know: an unknown kind, an unknown, doubled or ill-typed field. One line for each mistake.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
)

func main() {
	reader := yaml.NewYAMLReader(bufio.NewReader(os.Stdin))
	codecs := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict)
	read, refused := 0, 0
	for {
		text, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if strings.TrimSpace(string(text)) == "" {
			continue
		}
		if _, _, err := codecs.UniversalDeserializer().Decode(text, nil, nil); err != nil {
			fmt.Fprintln(os.Stderr, err)
			refused++
		}
		read++
	}
	fmt.Println(read)
	if refused > 0 {
		os.Exit(1)
	}
}
