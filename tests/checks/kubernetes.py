#!/usr/bin/env python3
"""Whether the overlays of deploy/kubernetes are what Kubernetes takes, and each container is
as harmless as it can be. Where kubectl is there it must read the overlays the same way."""
import copy
import json
import pathlib
import re
import shutil
import subprocess
import sys

import kubernetes_validate
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
OVERLAYS = ROOT / "deploy/kubernetes/overlays"
VERSIONS = ("1.30", "1.33")
UNKNOWN_TO_KUBERNETES = {"ScaledObject", "TriggerAuthentication"}
KNOWN = {"apiVersion", "kind", "namespace", "resources", "images", "patches"}


def merge(base, patch):
    """A strategic merge of mappings; lists are replaced whole, null removes."""
    for key, value in patch.items():
        if value is None:
            base.pop(key, None)
        elif isinstance(value, dict) and isinstance(base.get(key), dict):
            merge(base[key], value)
        else:
            base[key] = copy.deepcopy(value)


def name_of(document):
    return document["kind"], document["metadata"]["name"]


def build(folder):
    """What `kubectl kustomize` makes, as far as these files go: see KNOWN."""
    told = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert set(told) <= KNOWN, f"{folder}: {set(told) - KNOWN} is not understood by this check"
    documents = []
    for resource in told["resources"]:
        path = (folder / resource).resolve()
        documents += build(path) if path.is_dir() else \
            [d for d in yaml.safe_load_all(path.read_text()) if d]
    for entry in told.get("patches", ()):
        text = entry["patch"] if "patch" in entry else (folder / entry["path"]).read_text()
        patch = yaml.safe_load(text)
        aimed = [d for d in documents if name_of(d) == name_of(patch)]
        assert len(aimed) == 1, f"{folder}: a patch for {name_of(patch)} meets {len(aimed)}"
        merge(aimed[0], patch)
    images = {i["name"]: f"{i['newName']}:{i['newTag']}" for i in told.get("images", ())}
    for document in documents:
        if "namespace" in told:
            document["metadata"]["namespace"] = told["namespace"]
        for container in containers(document):
            container["image"] = images.get(container["image"], container["image"])
    return documents


def pod_of(document):
    return document["spec"]["template"]["spec"] if "template" in document.get("spec", {}) else None


def containers(document):
    pod = pod_of(document)
    return pod["containers"] + pod.get("initContainers", []) if pod else []


def unsafe(document):
    pod = pod_of(document)
    if pod is None:
        return
    if pod.get("automountServiceAccountToken") is not False:
        yield "has a token of the cluster"
    outer = pod.get("securityContext", {})
    if not outer.get("runAsNonRoot") or not outer.get("runAsUser"):
        yield "may run as root"
    if outer.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "has no seccomp profile"
    for container in pod["containers"]:
        own = container.get("securityContext", {})
        if own.get("allowPrivilegeEscalation") is not False or \
                own.get("capabilities", {}).get("drop") != ["ALL"]:
            yield "may gain rights"
        if own.get("readOnlyRootFilesystem") is not True:
            yield "may write to its root"
        sizes = container.get("resources", {})
        if not sizes.get("requests", {}).get("cpu") or not sizes.get("limits", {}).get("memory"):
            yield "has no request of CPU or no limit of memory"
        if container["image"].rpartition(":")[2] in ("", "latest") or ":" not in container["image"]:
            yield f"has an image without version: {container['image']}"
        if document["kind"] != "Job" and not {"livenessProbe", "readinessProbe",
                                              "startupProbe"} <= set(container):
            yield "lacks a probe"


def seconds(text):
    return int(re.fullmatch(r"(\d+)s", text)[1])


def with_namespace(servers, namespace):
    """Names of services as they are known everywhere in the cluster."""
    return re.sub(r"([^,:]+):", rf"\1.{namespace}.svc:", servers)


def connections(by_name, settings):
    """What all pods together hold of PostgreSQL at the most: app/wiring.cpp, app/workers.cpp."""
    config = (ROOT / "app/config.hpp").read_text()
    workers = int(settings.get("WORKERS") or re.search(r"int workers = (\d+);", config)[1])
    api = by_name["Deployment", "bankslip-api"]["spec"]
    scaled = by_name.get(("ScaledObject", "bankslip-worker"))
    pods = scaled["spec"]["maxReplicaCount"] if scaled else \
        by_name["StatefulSet", "bankslip-worker"]["spec"]["replicas"]
    migration = 1
    return pods * (2 * workers + 2) + (api["replicas"] + api["strategy"]["rollingUpdate"]["maxSurge"]) * 9 \
        + migration


def unfit(documents):
    """What only the files together can show."""
    by_name = {name_of(d): d for d in documents}
    settings = by_name["ConfigMap", "bankslip-settings"]["data"]
    for document in documents:
        if document["kind"] == "PodDisruptionBudget" and "minAvailable" in document["spec"]:
            yield f"the budget of {document['metadata']['name']} may let no node be drained"
    ways = {p["port"] for d in documents if d["kind"] == "NetworkPolicy"
            for way in d["spec"].get("egress", ()) for p in way["ports"]}
    brokers = re.findall(r":(\d+)", settings["KAFKA_BOOTSTRAP_SERVERS"])
    for port in {443, 465, 587, *map(int, [settings["POSTGRES_PORT"], *brokers])} - ways:
        yield f"the network policy lets nothing out to port {port}"
    code = (ROOT / "app/settings.cpp").read_text()
    for name in settings:
        if f'"{name}"' not in code:
            yield f"{name} is no setting of bankslip"
    for kind, name in (("Deployment", "bankslip-api"), ("StatefulSet", "bankslip-worker")):
        pod = pod_of(by_name[kind, name])
        stop = pod["containers"][0].get("lifecycle", {}).get("preStop", {})
        wait = int(stop.get("exec", {}).get("command", ["sleep", "0"])[1])
        if pod["terminationGracePeriodSeconds"] <= wait + seconds(settings["SHUTDOWN_TIMEOUT"]):
            yield f"{name} is killed before SHUTDOWN_TIMEOUT is over"
        labels = by_name[kind, name]["spec"]["template"]["metadata"]["labels"]
        for chooser in documents:
            wanted = chooser.get("spec", {}).get("selector", {})
            wanted = wanted.get("matchLabels", wanted if chooser["kind"] == "Service" else {})
            if chooser["kind"] in ("Service", "PodDisruptionBudget") and \
                    chooser["metadata"]["name"].rstrip("s") == name and wanted != labels:
                yield f"{chooser['kind']} {name} chooses {wanted}, the pods are {labels}"
    told = by_name["ConfigMap", "bankslip-settings"]["metadata"].get("annotations", {})
    # The default of PostgreSQL, which keeps three for itself.
    most = int(told.get("bankslip/max-connections", 100)) - 3
    if (wanted := connections(by_name, settings)) > most:
        yield f"the pods hold {wanted} connections of PostgreSQL, which has {most} for them"
    scaled = by_name.get(("ScaledObject", "bankslip-worker"))
    if scaled:
        spec, trigger = scaled["spec"], scaled["spec"]["triggers"][0]["metadata"]
        if (spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"]) not in by_name:
            yield "KEDA scales nothing that is there"
        if "replicas" in by_name["StatefulSet", "bankslip-worker"]["spec"]:
            yield "each apply puts the workers that KEDA started back to `replicas`"
        if spec["maxReplicaCount"] > int(settings["TOPIC_PARTITIONS"]):
            yield "KEDA starts more workers than there are partitions"
        if spec["minReplicaCount"] < 1:
            yield "KEDA stops all workers while e-mails wait, whose lag it does not see"
        if trigger["bootstrapServers"] != with_namespace(
                settings["KAFKA_BOOTSTRAP_SERVERS"], scaled["metadata"]["namespace"]):
            yield "KEDA asks other brokers, or by names that its namespace does not know"
        if trigger["consumerGroup"] != settings["KAFKA_GROUP_ID"]:
            yield "KEDA looks at another group"


def watched_by(monitor, documents):
    """What a PodMonitor does not find."""
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    ports = {e["port"] for e in monitor["spec"]["podMetricsEndpoints"]}
    for document in documents:
        if document["kind"] not in ("Deployment", "StatefulSet"):
            continue
        labels = document["spec"]["template"]["metadata"]["labels"]
        if not wanted <= labels.items() or labels[monitor["spec"]["jobLabel"]] != "bankslip":
            yield f"the PodMonitor does not find {name_of(document)[1]} as `bankslip`"
        if not ports <= {p["name"] for c in containers(document) for p in c["ports"]}:
            yield f"{name_of(document)[1]} has no port {ports}"


def as_kubectl_reads(folder):
    done = subprocess.run(["kubectl", "kustomize", folder], stdout=subprocess.PIPE, check=True)
    return list(yaml.safe_load_all(done.stdout))


def faults(folder):
    documents = build(folder)
    for document in documents:
        what = "/".join(name_of(document))
        for reason in unsafe(document):
            yield f"{what} {reason}"
        if document["kind"] in UNKNOWN_TO_KUBERNETES:
            continue
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except Exception as error:  # pylint: disable=broad-except
                yield f"{what} is nothing for Kubernetes {version}: {str(error).splitlines()[0]}"
    yield from unfit(documents)
    monitor = folder / "podmonitor.yaml"
    if monitor.exists():
        yield from watched_by(yaml.safe_load(monitor.read_text()), documents)
    if shutil.which("kubectl"):
        ours, theirs = ({json.dumps(d, sort_keys=True) for d in made}
                        for made in (documents, as_kubectl_reads(folder)))
        for document in ours ^ theirs:
            yield f"kubectl and this check differ: {document[:200]}"


def selftest():
    """Each rule must see a document that breaks it."""
    good = build(OVERLAYS / "production")
    worker = next(d for d in good if d["kind"] == "StatefulSet")
    for path, value in ((("securityContext", "runAsNonRoot"), False),
                        (("automountServiceAccountToken",), True),
                        (("containers", 0, "securityContext", "readOnlyRootFilesystem"), False),
                        (("containers", 0, "image"), "bankslip")):
        broken = copy.deepcopy(worker)
        at = pod_of(broken)
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value
        assert list(unsafe(broken)), f"{path} is not seen"
    broken = copy.deepcopy(good)
    scaled = next(d for d in broken if d["kind"] == "ScaledObject")["spec"]
    scaled["maxReplicaCount"] = 1000
    scaled["minReplicaCount"] = 0
    scaled["triggers"][0]["metadata"]["bootstrapServers"] = "kafka-0.kafka:9092"
    next(d for d in broken if d["kind"] == "ConfigMap")["data"] |= {
        "NO_SUCH": "1", "POSTGRES_PORT": "6432"}
    next(d for d in broken if d["kind"] == "StatefulSet")["spec"]["replicas"] = 2
    budget = next(d for d in broken if d["kind"] == "PodDisruptionBudget")["spec"]
    budget["minAvailable"] = budget.pop("maxUnavailable")
    assert len(list(unfit(broken))) == 8


def main():
    selftest()
    found, folders = [], sorted(p.parent for p in OVERLAYS.glob("*/kustomization.yaml"))
    for folder in folders:
        found += [f"{folder.name}: {fault}" for fault in faults(folder)]
    if found:
        sys.exit("\n".join(found))
    print(f"{len(folders)} overlays are sound")


if __name__ == "__main__":
    main()
