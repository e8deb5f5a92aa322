{{/* The name of this release's things: (dict "root" $ "part" "node") */}}
{{- define "gatepost.name" -}}
{{- $base := ternary .root.Release.Name (printf "%s-gatepost" .root.Release.Name) (contains "gatepost" .root.Release.Name) -}}
{{- printf "%s-%s" ($base | trunc 40 | trimSuffix "-") .part -}}
{{- end }}

{{- define "gatepost.selector" -}}
app.kubernetes.io/name: gatepost
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "gatepost.labels" -}}
{{ include "gatepost.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "gatepost.image" -}}
{{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}

{{/* Where the Secrets of a part come from. */}}
{{- define "gatepost.controlPlaneSecret" -}}
{{ .Values.controlPlane.secret.existing | default (include "gatepost.name" (dict "root" . "part" "control-plane")) }}
{{- end }}
{{- define "gatepost.nodeSecret" -}}
{{ .Values.node.secret.existing | default (include "gatepost.name" (dict "root" . "part" "node")) }}
{{- end }}

{{- define "gatepost.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "gatepost.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Where pods go: (the values of a part) */}}
{{- define "gatepost.placing" -}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" "topologySpreadConstraints" }}
{{- with index $.values $key }}
{{ $key }}: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{/* GATEPOST_ variables: (dict "settings" (dict NAME text)) */}}
{{- define "gatepost.variables" -}}
{{- range $name, $text := .settings }}
- {name: {{ $name }}, value: {{ $text | quote }}}
{{- end }}
{{- end }}
