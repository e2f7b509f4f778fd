// Takes manifests as a Kubernetes API server takes them, with its own code: every field must be one of the type's, defaults are filled in, and
// the values must pass what the server checks before it creates an object. Prints each container's command as JSON, a line each.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
)

func main() {
	decoder := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDecoder()
	failed := false
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		for _, document := range strings.Split(string(text), "\n---\n") {
			object, kind, err := decoder.Decode([]byte(document), nil, nil)
			if err == nil {
				err = create(object)
			}
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
				failed = true
				continue
			}
			fmt.Fprintf(os.Stderr, "%s: %s is valid\n", path, kind)
			for _, container := range containersOf(object) {
				command, _ := json.Marshal(append(container.Command, container.Args...))
				fmt.Printf("%s %s\n", kind.Kind, command)
			}
		}
	}
	if failed {
		os.Exit(1)
	}
}

func create(object runtime.Object) error {
	ctx := request.WithNamespace(context.Background(), "default")
	metadata, err := meta.Accessor(object)
	if err != nil {
		return err
	}
	rest.FillObjectMetaSystemFields(metadata)
	switch object.(type) {
	case *batch.Job:
		return rest.BeforeCreate(job.Strategy, ctx, object)
	case *apps.Deployment:
		return rest.BeforeCreate(deployment.Strategy, ctx, object)
	case *core.PersistentVolumeClaim:
		return rest.BeforeCreate(persistentvolumeclaim.Strategy, ctx, object)
	default:
		return fmt.Errorf("%T is not known here", object)
	}
}

func containersOf(object runtime.Object) []core.Container {
	switch object := object.(type) {
	case *batch.Job:
		return object.Spec.Template.Spec.Containers
	case *apps.Deployment:
		return object.Spec.Template.Spec.Containers
	default:
		return nil
	}
}
