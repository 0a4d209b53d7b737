"""Runs state machines in moto's interpreter of the Amazon States Language. JSON comes in at stdin and goes out at stdout.

In: {"machines": {name: definition}, "paths": [{"machine", "name", "input", "script": {state: [attempt]}, "otherwise": {state: attempt}}]}
An attempt is {"answer": result}, {"fails": {"error", "cause"}} or {"timesOut": true}. Out: one trace for each path.

Nothing waits here: the pauses before retries and the Wait states are recorded and not slept.
"""

import json
import logging
import sys
from datetime import datetime, timezone

from moto.stepfunctions.parser.api import HistoryEventType, StateMachineType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    resource,
    state_task_service,
    state_task_service_unsupported,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import wait_function
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError
from moto.stepfunctions.parser.asl.eval.states import ContextObjectData, ExecutionData, StateMachineData
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

ROLE = "arn:aws:iam::123456789012:role/machine"
# A path that takes more attempts than this goes in a circle.
ATTEMPTS_MAX = 400


class EveryTask:
    """Says of each task state that it has a scripted response, whatever its name is."""

    def __contains__(self, state):
        return True


class Script:
    """What moto takes for the mocked responses of one execution. Each attempt takes the next line of its state."""

    def __init__(self, path):
        self.state_mocked_responses = EveryTask()
        self.lines = {state: list(attempts) for state, attempts in path["script"].items()}
        self.otherwise = path["otherwise"]
        self.attempts = 0

    def next(self, state):
        self.attempts += 1
        if self.attempts > ATTEMPTS_MAX:
            raise SystemExit(f"The path takes more than {ATTEMPTS_MAX} attempts.")
        lines = self.lines.get(state)
        return lines.pop(0) if lines else self.otherwise[state]


def scripted(env):
    return env.mock_test_case.next(env.next_state_name)


def play(env, mocked_response):
    if mocked_response.get("timesOut"):
        raise TimeoutError()
    fails = mocked_response.get("fails")
    if fails is None:
        env.stack.append(json.loads(json.dumps(mocked_response["answer"])))
        return
    details = TaskFailedEventDetails(error=fails["error"], cause=fails["cause"])
    raise FailureEventException(
        FailureEvent(
            env=env,
            error_name=error_name(fails["error"]),
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(taskFailedEventDetails=details),
        )
    )


def error_name(name):
    reserved = {kind.to_name(): kind for kind in StatesErrorNameType}
    if name in reserved:
        return StatesErrorName(typ=reserved[name])
    return CustomErrorName(name)


def install():
    logging.disable(logging.CRITICAL)
    Environment.get_current_mocked_response = scripted
    state_task_service.eval_mocked_response = play
    lambda_eval_utils.eval_mocked_response = play
    # Time: neither a retry nor a Wait state is waited for.
    retrier_decl.time = type("NoTime", (), {"sleep": staticmethod(lambda seconds: None)})
    wait_function.WaitFunction._wait_interval = lambda self, env, wait_seconds: env.waits.append(wait_seconds)
    # moto takes a CodeBuild task with .waitForTaskToken only; Step Functions takes one with .sync too.
    state_task_service_unsupported._SUPPORTED_INTEGRATION_PATTERNS.add(resource.ResourceCondition.Sync)
    # Step Functions counts the attempts of a state from the start each time the state is entered; moto goes on counting.
    enter = execute_state.ExecutionState._eval_state

    def enter_anew(self, env):
        env.heap.clear()
        return enter(self, env)

    execute_state.ExecutionState._eval_state = enter_anew
    # moto makes States.Runtime of its own faults. Those end this program.
    from_error = execute_state.ExecutionState._from_error

    def from_error_or_fault(self, env, ex):
        if not isinstance(ex, FailureEventException):
            env.faults.append(repr(ex))
        return from_error(self, env, ex)

    execute_state.ExecutionState._from_error = from_error_or_fault


def run(program, path):
    arn = f"arn:aws:states:us-east-1:123456789012:execution:{path['machine']}:{path['name']}"
    now = datetime.now(timezone.utc)
    env = Environment(
        aws_execution_details=AWSExecutionDetails(account="123456789012", region="us-east-1", role_arn=ROLE),
        execution_type=StateMachineType.STANDARD,
        context=ContextObjectData(
            Execution=ExecutionData(
                Id=arn, Input=path["input"], Name=path["name"], RoleArn=ROLE, StartTime=now
            ),
            StateMachine=StateMachineData(Id=arn, Name=path["machine"]),
        ),
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
        mock_test_case=Script(path),
    )
    env.waits, env.faults = [], []
    program.eval(env)
    if env.faults:
        raise SystemExit(f"The path {path['name']} of {path['machine']} cannot be interpreted: {env.faults[0]}")
    return trace(env)


def trace(env):
    states, tasks = [], []
    for event in env.event_manager.get_event_history():
        kind = event["type"]
        if kind.endswith("StateEntered"):
            states.append(event["stateEnteredEventDetails"]["name"])
        if kind == HistoryEventType.TaskScheduled:
            details = event["taskScheduledEventDetails"]
            tasks.append(
                {
                    "state": states[-1],
                    "given": json.loads(details["parameters"]),
                    "timeoutSeconds": details.get("timeoutInSeconds"),
                }
            )
    end = env.program_state()
    if isinstance(end, ProgramEnded):
        return {"states": states, "tasks": tasks, "waits": env.waits, "status": "SUCCEEDED", "error": None, "cause": None}
    if not isinstance(end, ProgramError):
        raise SystemExit(f"The execution ended in a way that is not known here: {type(end).__name__}.")
    error = end.error or {}
    return {
        "states": states,
        "tasks": tasks,
        "waits": env.waits,
        "status": "FAILED",
        "error": error.get("error"),
        "cause": error.get("cause"),
    }


def main():
    install()
    order = json.load(sys.stdin)
    programs = {name: AmazonStateLanguageParser.parse(json.dumps(definition))[0] for name, definition in order["machines"].items()}
    json.dump([run(programs[path["machine"]], path) for path in order["paths"]], sys.stdout)


main()
