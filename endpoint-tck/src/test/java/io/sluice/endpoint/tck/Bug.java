/* Copyright the Sluice authors. SPDX-License-Identifier: Apache-2.0 */
package io.sluice.endpoint.tck;

/** A way in which {@link MemoryEndpoint} can be broken, and the check that must notice. */
enum Bug {
  NO_DESCRIPTION(EndpointContract.SchemaAndMetadata.class, "describesItsType"),
  NO_QOS(EndpointContract.SchemaAndMetadata.class, "hasQosLevelsIfItConsumes"),
  UNDESCRIBED_PROPERTY(
      EndpointContract.SchemaAndMetadata.class, "everyPropertyOfTheSchemaIsDescribed"),
  UNMARKED_SECRET(EndpointContract.SchemaAndMetadata.class, "secretsAreMarkedAsSuch"),
  CREATED_AS_UP(EndpointContract.SchemaAndMetadata.class, "createsWhatIsConfigured"),
  CREATE_STARTS_THREAD(EndpointContract.SchemaAndMetadata.class, "creatingStartsNothing"),
  DOTTED_ONLY(EndpointContract.SchemaAndMetadata.class, "dottedAndNestedPropertiesMeanTheSame"),
  FIRST_VIOLATION_ONLY(EndpointContract.SchemaAndMetadata.class, "everyViolationIsReportedAtOnce"),
  NEAREST_KEY_NOT_NAMED(
      EndpointContract.SchemaAndMetadata.class,
      "anUnknownPropertyIsRefusedAndTheNearestKnownOneNamed"),
  TELLS_SECRET(EndpointContract.SchemaAndMetadata.class, "secretsAreNotTold"),

  UP_AFTER_STOP(EndpointContract.Lifecycle.class, "goesUpAndStops"),
  SECOND_START_FAILS(EndpointContract.Lifecycle.class, "startingTwiceIsStartingOnce"),
  HAND_OVER_GOES_ON(EndpointContract.Lifecycle.class, "handingOverIsStopping"),
  STARTS_AGAIN(EndpointContract.Lifecycle.class, "aStoppedEndpointDoesNotStartAgain"),
  UNSTARTED_STOP_HANGS(EndpointContract.Lifecycle.class, "anEndpointThatNeverStartedStopsAtOnce"),
  ALWAYS_DRAINS(EndpointContract.Lifecycle.class, "anIdleEndpointNeedsNoDrainTime"),
  SECOND_STOP_FAILS(EndpointContract.Lifecycle.class, "stoppingAndClosingAgainIsHarmless"),
  LISTENER_TWICE(EndpointContract.Lifecycle.class, "listenersHearOfEveryChangeInOrder"),
  KEEPS_LISTENERS(EndpointContract.Lifecycle.class, "aRemovedListenerHearsNothing"),
  LISTENER_FAILURE_SPREADS(EndpointContract.Lifecycle.class, "aFailingListenerDisturbsNobody"),
  NO_COMPLETION(EndpointContract.Lifecycle.class, "openSubscriptionsCompleteWhenItStops"),
  STOP_DOES_NOT_WAIT(EndpointContract.Lifecycle.class, "stoppingWaitsForSettlementAndNotLonger"),
  STOP_WAITS_FOR_EVER(EndpointContract.Lifecycle.class, "stoppingGivesUpAfterTheDrainTime"),
  WORKS_AFTER_STOP(EndpointContract.Lifecycle.class, "aStoppedEndpointDoesNothingMore"),
  IGNORES_MODES(EndpointContract.Lifecycle.class, "aModeThatIsOffIsRefused"),
  CAPABILITY_OF_ITS_OWN(
      EndpointContract.Lifecycle.class, "anEndpointHasNoCapabilityThatItsTypeLacks"),
  UNREACHABLE_IS_FAILURE(
      EndpointContract.Lifecycle.class, "anUnreachableBackendIsAStateAndNoFailure"),
  NO_RECONNECT(EndpointContract.Lifecycle.class, "comesUpAgainAfterAnInterruption"),
  UP_WINS_OVER_STOP(EndpointContract.Lifecycle.class, "racingStartsStopsAndClosesEndStopped"),

  CREDENTIALS_ARE_A_NETWORK_ERROR(
      EndpointContract.Lifecycle.class, "refusedCredentialsAreToldAsSuch"),

  FROZEN_STOP_HANGS(EndpointContract.Stopping.class, "stopsInTimeWhileNothingIsAnswered"),
  CONNECTING_STOP_HANGS(EndpointContract.Stopping.class, "stopsInTimeWhileItConnects"),
  RESOLVING_STOP_HANGS(EndpointContract.Stopping.class, "stopsInTimeWhileItLooksUpAName"),

  IGNORES_DEMAND(EndpointContract.Demand.class, "nothingIsDeliveredUnasked"),
  ONE_TOO_MANY(EndpointContract.Demand.class, "exactlyWhatIsRequestedIsDelivered"),
  REORDERS(EndpointContract.Demand.class, "orderIsKeptHoweverItIsRequested"),
  RECURSES(EndpointContract.Demand.class, "requestingInsideOnNextDoesNotRecurse"),
  ACCEPTS_ZERO(EndpointContract.Demand.class, "requestingNothingIsAnError"),
  IGNORES_CANCEL(EndpointContract.Demand.class, "cancellingEndsDelivery"),
  FOREIGN_THREADS(EndpointContract.Demand.class, "deliveriesComeOnThreadsOfTheEndpoint"),

  NO_WINDOW(EndpointContract.Settlement.class, "theWindowBoundsUnsettledDeliveries"),
  ACKS_IN_ORDER_ONLY(EndpointContract.Settlement.class, "settlingInAnyOrderMakesRoom"),
  SETTLES_TWICE(EndpointContract.Settlement.class, "aDeliverySettlesOnce"),
  OWN_THREAD_ACKS_ONLY(EndpointContract.Settlement.class, "anyThreadSettles"),
  ALWAYS_NEEDS_ACK(EndpointContract.Settlement.class, "theOtherLevelsNeedNoAcknowledgement"),
  ALWAYS_OBEYS_NACK(EndpointContract.Settlement.class, "theOtherLevelsIgnoreSettlement"),
  AUTO_TELLS_NO_BROKER(EndpointContract.Settlement.class, "whatALevelSettlesDoesNotComeAgain"),
  ACK_VOID_AFTER_CANCEL(EndpointContract.Settlement.class, "acknowledgementsCountAfterCancel"),

  NO_REDELIVERY_COUNT(EndpointContract.Redelivery.class, "requeuedMessagesComeAgainAndAreCounted"),
  REDELIVERS_UNASKED(EndpointContract.Redelivery.class, "redeliveryNeedsDemandToo"),
  DISCARD_REQUEUES(EndpointContract.Redelivery.class, "discardedMessagesDoNotComeAgain"),
  NO_COMPETITION(EndpointContract.Redelivery.class, "consumersWithTheSameClientIdShareTheMessages"),
  ONE_GROUP(EndpointContract.Redelivery.class, "consumersWithDifferentClientIdsGetEverything"),
  CANCEL_FORGETS(EndpointContract.Redelivery.class, "whatACancelledConsumerLeftGoesToTheNext"),
  STOP_FORGETS(
      EndpointContract.Redelivery.class, "theBackendKeepsWhatAStoppedEndpointLeftUnsettled"),
  HAND_OVER_FORGETS(EndpointContract.Redelivery.class, "aSuccessorGoesOnWhereItWasHandedOver"),
  RESUMES_TOO_EARLY(EndpointContract.Redelivery.class, "resumesAfterAMessage"),
  ANY_POSITION(EndpointContract.Redelivery.class, "anUnknownPositionIsRefused"),
  IGNORES_RESUME(EndpointContract.Redelivery.class, "resumingIsRefusedByTypesThatCannot"),

  REDELIVERS_OUT_OF_ORDER(EndpointContract.Reconnect.class, "whatComesAgainComesInOrder"),
  STALE_ACK_SETTLES(EndpointContract.Reconnect.class, "aStaleAcknowledgementIsIgnoredAndCounted"),
  STALE_ACK_UNCOUNTED(EndpointContract.Reconnect.class, "aStaleAcknowledgementIsIgnoredAndCounted"),

  CORRUPTS_PAYLOAD(EndpointContract.Publishing.class, "theBackendGetsWhatWasConfirmed"),
  DROPS_HEADERS(EndpointContract.Publishing.class, "headersTravelAlong"),
  RECEIPTS_OUT_OF_ORDER(EndpointContract.Publishing.class, "receiptsComeInInputOrderAndThenTheEnd"),
  RECEIPTS_UNASKED(EndpointContract.Publishing.class, "receiptsHonourDemand"),
  UNBOUNDED_INPUT(EndpointContract.Publishing.class, "demandUpstreamIsTheFreePartOfTheWindow"),
  NEVER_OVERLOADED(EndpointContract.Publishing.class, "aFullWindowOverloads"),
  REFUSAL_IS_ERROR(EndpointContract.Publishing.class, "refusedMessagesAreRejectedReceipts"),
  BLOCKS_CALLER(EndpointContract.Publishing.class, "aBlockedBackendBlocksNobody"),
  LARGE_TAKES_NEIGHBOUR(EndpointContract.Publishing.class, "aMessageThatIsTooLargeIsRefusedAlone"),
  LARGE_IS_NO_FAULT_OF_IT(
      EndpointContract.Publishing.class, "aMessageThatIsTooLargeIsRefusedAlone"),
  SENDS_LATEST_FIRST(EndpointContract.Publishing.class, "whatWaitsForTheConnectionIsSentInOrder"),
  KEEPS_INPUT(EndpointContract.Publishing.class, "cancellingTheReceiptsCancelsTheInput"),
  SWALLOWS_INPUT_ERROR(EndpointContract.Publishing.class, "anErrorOfTheInputComesAfterTheReceipts"),
  DOES_NOT_COUNT(EndpointContract.Publishing.class, "publishedMessagesAreCounted"),

  BODY_WITHOUT_END(EndpointContract.Exchange.class, "aRequestIsAnswered"),
  CORRUPTS_BODY(EndpointContract.Exchange.class, "bodiesPassUnchanged"),
  DROPS_TRAILERS(EndpointContract.Exchange.class, "trailersPassUnchanged"),
  BODY_UNASKED(EndpointContract.Exchange.class, "theResponseBodyHonoursDemand"),
  BROKEN_BODY_IS_WHOLE(EndpointContract.Exchange.class, "aFailingRequestBodyDoesNotEndAsASuccess"),
  IGNORES_ABORT(EndpointContract.Exchange.class, "anAbortedExchangeEnds"),
  STOP_LEAVES_EXCHANGES(EndpointContract.Exchange.class, "stoppingEndsExchangesUnderWay"),
  CANCEL_LEAVES_EXCHANGE(EndpointContract.Exchange.class, "aCancelledBodyEndsTheExchange"),

  BROKEN_RESPONSE_IS_WHOLE(EndpointContract.Upstream.class, "aBrokenResponseDoesNotEndAsASuccess"),
  WAITS_FOR_REQUEST(EndpointContract.Upstream.class, "anEarlyAnswerDoesNotWaitForTheRequest"),
  SWALLOWS_INFORMATIONAL(EndpointContract.Upstream.class, "informationalResponsesComeFirst"),
  IGNORES_UPGRADE(EndpointContract.Upstream.class, "anUpgradeIsATunnelBothWays"),
  CORRUPTS_TUNNEL(EndpointContract.Upstream.class, "anUpgradeIsATunnelBothWays"),

  ACCEPTS_NULL(EndpointContract.MalformedInput.class, "nullsAreRefused"),
  IGNORES_CONSUMER_OVERRIDES(
      EndpointContract.MalformedInput.class, "unknownOverridesOfAConsumerAreRefused"),
  IGNORES_PUBLISHER_OVERRIDES(
      EndpointContract.MalformedInput.class, "unknownOverridesOfAPublisherAreRefused"),
  HANGS_ON_TOMBSTONE(EndpointContract.MalformedInput.class, "oddMessagesAreConfirmedOrRejected"),
  STUCK_ON_MALFORMED(
      EndpointContract.MalformedInput.class, "undecodableMessagesDoNotHoldUpTheOthers"),

  LOGS_SECRET(EndpointContract.Secrecy.class, "secretsAreNeverTold"),
  SECRET_IN_TO_STRING(EndpointContract.Secrecy.class, "secretsAreNeverTold"),
  SECRET_IN_STATUS(EndpointContract.Secrecy.class, "secretsAreNeverTold"),
  SECRET_IN_ERROR(EndpointContract.Secrecy.class, "secretsAreNeverTold"),

  LOSES_SOME(EndpointContract.ConcurrentUse.class, "manyPublishersLoseNothing"),
  EXHAUSTED_BY_CONSUMERS(EndpointContract.ConcurrentUse.class, "consumersComeAndGo"),

  BUFFERS_EVERYTHING(EndpointContract.SlowConsumer.class, "aSlowReaderOfAFloodStaysInBounds"),
  FLOOD_WITHOUT_WINDOW(EndpointContract.SlowConsumer.class, "aFloodStopsAtTheWindow"),
  STANDS_STILL_FOR_EVER(EndpointContract.SlowConsumer.class, "aStandstillEndsWithTheStandstill"),
  ONE_DELIVERY_AT_A_TIME(
      EndpointContract.SlowConsumer.class, "subscribersThatBlockHoldUpTheirOwnEndpointAlone"),

  USER_THREADS(EndpointContract.Leak.class, "threadsAreDaemonsOfTheEndpoint"),
  THREAD_STAYS(EndpointContract.Leak.class, "noThreadOutlivesTheFactory"),
  HELD_BY_STATIC(EndpointContract.Leak.class, "fiftyCyclesLeaveNothing");

  private final Class<?> group;
  private final String check;

  Bug(Class<?> group, String check) {
    this.group = group;
    this.check = check;
  }

  Class<?> group() {
    return group;
  }

  String check() {
    return check;
  }
}
