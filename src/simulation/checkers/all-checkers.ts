/** The invariants, made new for each run because some remember what they have seen. */
import { askedOnceDoneOnce } from './asked-once-done-once.ts';
import { blameIsEarned } from './blame-is-earned.ts';
import { callersFindPods } from './callers-find-pods.ts';
import { callsNeedReadiness } from './calls-need-readiness.ts';
import { canBeDeployedTo } from './can-be-deployed-to.ts';
import type { Checker } from './checked-world.ts';
import { everythingEnds } from './everything-ends.ts';
import { failedMovedNothing } from './failed-moved-nothing.ts';
import { latestByTheFence } from './latest-by-the-fence.ts';
import { latestIsAsRead } from './latest-is-as-read.ts';
import { movesAreRecorded } from './moves-are-recorded.ts';
import { netsHold } from './nets-hold.ts';
import { nothingBreaks } from './nothing-breaks.ts';
import { numberIsNoVersion } from './number-is-no-version.ts';
import { oneInFlight } from './one-in-flight.ts';
import { openedIsStarted } from './opened-is-started.ts';
import { podsFollow } from './pods-follow.ts';
import { promotionIsEvidenced } from './promotion-is-evidenced.ts';
import { retreatInTime } from './retreat-in-time.ts';
import { signalsArrive } from './signals-arrive.ts';
import { throttleBlamesNobody } from './throttle-blames-nobody.ts';
import { tickAgrees } from './tick-agrees.ts';
import { unpublishedIsUntouched } from './unpublished-is-untouched.ts';
import { watchIsKept } from './watch-is-kept.ts';
import { wayBackIsKept } from './way-back-is-kept.ts';
import { weightIsEarned } from './weight-is-earned.ts';

export function allCheckers(): readonly Checker[] {
  return [
    nothingBreaks(),
    oneInFlight(),
    weightIsEarned(),
    retreatInTime(),
    everythingEnds(),
    signalsArrive(),
    movesAreRecorded(),
    blameIsEarned(),
    wayBackIsKept(),
    podsFollow(),
    netsHold(),
    tickAgrees(),
    watchIsKept(),
    promotionIsEvidenced(),
    callsNeedReadiness(),
    throttleBlamesNobody(),
    unpublishedIsUntouched(),
    askedOnceDoneOnce(),
    openedIsStarted(),
    latestByTheFence(),
    callersFindPods(),
    canBeDeployedTo(),
    numberIsNoVersion(),
    latestIsAsRead(),
    failedMovedNothing(),
  ];
}
