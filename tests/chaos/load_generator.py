"""headgate-loadgen as second load and second auditor. Used by scenario_run.py and faults.py."""
import json
import subprocess


class LoadGenerator:
    """Runs of one topic, one after the other (a fault may kill one); all of them are verified."""

    def __init__(self, program, folder, target, topic, kafka, plan, seed):
        self.program, self.folder, self.topic, self.kafka = str(program), folder, topic, kafka
        self.target, self.plan, self.seed = target, plan, seed
        self.process, self.runs = None, []

    def start(self, seconds):
        name = f"load-{len(self.runs) + 1}"
        self.runs.append(name)
        query = ["--query", self.plan["query"]] if self.plan.get("query") else []
        command = [self.program, "run", "--target", self.target, "--topic", self.topic, "--rate", str(self.plan["rate"]),
                   "--duration", f"{int(seconds)}s", "--batch", str(max(20, self.plan["rate"] // 50)), "--threads", "1",
                   "--connections", str(self.plan["connections"]), "--aggregates", "2000", "--size", self.plan["size"],
                   "--retry", "safe", "--drain", "60s", "--seed", str(self.seed + len(self.runs)),
                   "--run-file", self.path(name, "hgrun"), "--json", self.path(name, "json"), "--quiet", *query]
        with open(self.path(name, "log"), "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)

    def path(self, name, ending):
        return str(self.folder / f"{name}.{ending}")

    def kill(self):
        """SIGKILL: its connections break wherever they are; that run leaves nothing to verify."""
        self.process.kill()
        self.process.wait()
        self.runs[-1] = ""

    def stop(self, seconds=180):
        """Waits for its end; ends it when it does not come (SIGINT: it still writes its run file)."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.send_signal(2)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def verify(self, expect_all):
        """(problems in words, counts) over all runs."""
        problems, counts = [], {}
        for name in filter(None, self.runs):
            report = self.verify_run(name, expect_all, problems)
            for key in ("acked", "refused", "unknown", "unknown_present", "records_of_run"):
                counts[key] = counts.get(key, 0) + report.get(key, 0)
        return problems, counts

    def verify_run(self, name, expect_all, problems):
        command = [self.program, "verify", "--kafka", self.kafka, "--run-file", self.path(name, "hgrun"), "--from-beginning",
                   "--json", self.path(name, "verify.json"), "--quiet", *(["--expect-all"] if expect_all else [])]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
        (self.folder / f"{name}.verify.log").write_text(done.stdout)
        try:
            with open(self.path(name, "verify.json"), encoding="utf-8") as file:
                report = json.load(file)
        except (OSError, ValueError) as problem:
            problems.append(f"{name}: no verdict of the load generator ({problem}): {done.stdout.strip()[-300:]}")
            return {}
        report = report.get("verify", report)
        if done.returncode or not report.get("sound"):
            examples = "; ".join(f"{e['kind']} {e['detail']}" for e in report.get("examples", [])[:3])
            problems.append(f"{name}: load generator's verify exits {done.returncode}: {done.stdout.strip()[-600:]} {examples}")
        return report
