/** What messages say, in ICU message format. The keys and arguments here are the measure for the other languages. */
export const en = {
  'when.moment': '{date}, {time}',
  'when.stay': '{arrival} to {departure}',

  'confirmed.subject': 'Booked: {service}, {when}',
  'confirmed.text':
    '{service}\n{when}\n{where}\n\nBooking code: {reference}\nYour ticket: {link}\n\nChanged your mind? Cancel here: {cancel}',
  'confirmed.short': '{place}: {service}, {when}. Code {reference}. {link}',

  'changed.subject': 'Changed: {service}, {when}',
  'changed.text':
    'Your booking is now:\n\n{service}\n{when}\n{where}\n\nBooking code: {reference}\nYour ticket: {link}',
  'changed.short': '{place}: your booking is now {service}, {when}. {link}',

  'cancelled.subject': 'Cancelled: {service}, {when}',
  'cancelled.text': 'This booking is cancelled:\n\n{service}\n{when}\n{where}\n\nMore about it: {link}',
  'cancelled.short': '{place}: {service}, {when} is cancelled. {link}',

  'reminder.subject': 'See you soon: {service}, {when}',
  'reminder.text':
    '{service}\n{when}\n{where}\n\nBooking code: {reference}\nYour ticket: {link}\n\nYou cannot come? Cancel here, so that somebody else can: {cancel}',
  'reminder.short': '{place}: {service}, {when}. You cannot come? {cancel}',

  'nearly.subject': 'Nearly your turn: {number}',
  'nearly.text':
    'At {place}, {ahead, plural, =0 {nobody is before you any more} one {# person is before you} other {# people are before you}}.\n\nYour number: {number}\n{link}',
  'nearly.short':
    '{place}, {number}: {ahead, plural, =0 {you are next} one {# before you} other {# before you}}. {link}',

  'called.subject': 'Your turn: {number}',
  'called.text': 'It is your turn at {place}. Go to {desk}.\n\nYour number: {number}\n{link}',
  'called.short': '{place}, {number}: it is your turn, go to {desk}. {link}',

  'quote.subject': 'Please look at the price: {reference}',
  'quote.text':
    'We know what it will cost. We begin when you have agreed.\n\nCode: {reference}\nSee and decide: {link}',
  'quote.short': '{place}: see the price for {reference} and decide. {link}',

  'late.subject': 'It takes longer: {reference}',
  'late.text': 'It takes longer than we told you. The new time is {when}.\n\nCode: {reference}\n{link}',
  'late.short': '{place}: {reference} takes longer, the new time is {when}. {link}',

  'choice.subject': 'You can choose: {reference}',
  'choice.text':
    'It may not be ready by the time we told you. You can choose something else, or wait: then we go on, and tell you if the time changes.\n\nCode: {reference}\nSee and choose: {link}',
  'choice.short': '{place}: {reference} may take longer. See what you can choose: {link}',
  'choice.lead': 'You can choose:',
  'choice.later': 'ready by {when} instead',
  'choice.loan': 'something to use meanwhile, on loan',
  'choice.collect': 'to collect it as it is',
  'choice.cancel': 'to cancel, free of charge',

  'ready.subject': 'Ready: {reference}',
  'ready.text': 'It is ready at {where}.\n\nCode: {reference}\n{link}',
  'ready.short': '{place}: {reference} is ready. {link}',
} as const
