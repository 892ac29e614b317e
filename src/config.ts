/** Every limit and time-out of the product, with its reason. Units stand last in the name. */
export const limits = {
  /** A day of a counter that closes for each prayer and for lunch still fits. */
  intervalsPerDay: 8,
  seasons: 20,
  /** More than one a day for a year: whoever needs more wants a season. */
  exceptions: 400,
  capacity: 100_000,
  /** Minor units; a hundred million of most currencies. */
  amount: 10_000_000_000,
  unitsPerService: 20,
  quantity: 500,
  /** Places in one booking; larger parties are several bookings. */
  places: 1_000,
  needs: 5,
  candidates: 50,
  /** Ways in which a group of needs that share candidates can be filled; the write tries each. */
  alternatives: 500,
  departures: 100,
  nights: 90,
  /** Three years: trade fairs and hotels sell that far ahead. */
  horizonDays: 1_100,
  holdMinutes: 1_440,
  /** A slot list is for choosing within a week, a calendar for two months in view. */
  slotDays: 7,
  calendarDays: 62,
  /** Buckets whose capacity one command sets: three weeks of quarter hours, five years of days. */
  bucketsAtOnce: 2_016,
  /** The longest page of a list; a day at a busy desk fits. */
  page: 200,
  /** While D1 is away, a desk goes on as whoever it last was, for this long. */
  vouchMs: 30 * 60_000,
  /** An object remembers commands this long; nobody retries for a week. */
  queueCommandMs: 7 * 86_400_000,
  /** D1 has a queue's events for good; its object keeps those that somebody may still ask to see again. */
  queueEventMs: 2 * 86_400_000,
  /** Whoever was away for more starts from a snapshot. */
  replayEvents: 500,
  /** From the café round the corner to the desk: how much before the first in ten is called one should be back. */
  wayMs: 5 * 60_000,
  /** Whoever waits without a promise is given one after this, if one can be made; then looked at again and again. */
  quoteAfterMs: 60_000,
  quoteAgainMs: 5 * 60_000,
  /** A promise that takes the place of one that has passed holds for at least this, and twice that, and so on. */
  renewalMs: 2 * 60_000,
  /** Promises that one look of a timer makes: a full hall takes several. */
  quotesAtOnce: 100,
  /** After so many events a queue keeps what it has learned; the rest it learns again from the events. */
  learnedEvents: 200,
  /** Of each line a desk is shown so many; the rest is read by pages. */
  frontTickets: 100,
  /** A hall's last calls, for screens that ask now and then. */
  callsShown: 20,
  /** The visits of one day elsewhere; a body of that many fits. */
  pastVisits: 800,
  /** Three times the largest hall; the platform carries 32,000. */
  queueSockets: 15_000,
  /** Events that a queue hands to D1 in one batch. */
  drainEvents: 100,
  desks: 50,
  queueServices: 26,
  partySize: 50,
  workServices: 50,
  workPrices: 200,
  /** Organisations that an agreement is made with; more are a customer base, and kept elsewhere. */
  workAccounts: 50,
  /** Things of one account that are known by their mark. */
  accountMarks: 200,
  /** Things handed in together; more are several work orders. */
  workItems: 50,
  workLinesAtOnce: 60,
  /** Over all quotes of a work order. */
  workLines: 300,
  /** Jobs of another system in one request, and steps of one; the size of a body bounds all of them together. */
  pastJobs: 200,
  pastSteps: 60,
  workPhotos: 100,
  /** What a telephone makes of a close look; larger ones show nothing more of a scratch. */
  photoBytes: 5 * 1024 * 1024,
  /** A photo in base64, and what is said of it. */
  photoBodyBytes: 7 * 1024 * 1024,
  /** Work orders that one sweep looks at in a location before it comes to the next. */
  sweepWork: 200,
  /** Events from which a sweep learns at once. */
  learnWork: 2_000,
  /** Records named in a refusal: enough to act on. */
  listed: 50,
  /** Overdue holds that one sweep or one advance step expires in a batch. */
  sweepHolds: 500,
  /** Events that one step turns into deliveries, and steps that one look takes; the rest is for the next look. */
  planEvents: 200,
  planRounds: 50,
  /** Events that one step takes into the ledger of promises, and steps at once; the rest is for the next time. */
  projectEvents: 1_000,
  projectSteps: 20,
  /** A provider that has not answered by then is asked again later. */
  providerMs: 10_000,
  /** Longer than any attempt takes; what somebody died over is then anybody's. */
  sendMs: 60_000,
  /** What was handed to the queue and is lost there is handed over again after this. */
  handMs: 4 * 60_000,
  /** The most that the platform takes in one call. */
  handAtOnce: 100,
  /** Events that a partner's reading goes through for their own. */
  eventsSearched: 5_000,
  /** Messages on a page of the outbox; each is written anew to be looked at. */
  outboxPage: 50,
  /** Nobody far from the front is told that it is nearly their turn. */
  nearlyAhead: 20,
  bodyBytes: 256 * 1024,
  sessionHours: 12,
  signInLinkMinutes: 60,
  keyDays: 3_650,
  /** How long it is kept who read what: a year, in which somebody may ask, and a month to answer. */
  accessDays: 400,
  /** Let go of with each sweep: every five minutes more than an hour brings. */
  accessesForgotten: 1_000,
} as const
