import type { Words } from '../write.ts'

export const nl: Words = {
  'when.moment': '{date}, {time}',
  'when.stay': '{arrival} tot {departure}',

  'confirmed.subject': 'Geboekt: {service}, {when}',
  'confirmed.text':
    '{service}\n{when}\n{where}\n\nBoekingscode: {reference}\nJe ticket: {link}\n\nGaat het niet door? Annuleer hier: {cancel}',
  'confirmed.short': '{place}: {service}, {when}. Code {reference}. {link}',

  'changed.subject': 'Gewijzigd: {service}, {when}',
  'changed.text':
    'Je boeking is nu:\n\n{service}\n{when}\n{where}\n\nBoekingscode: {reference}\nJe ticket: {link}',
  'changed.short': '{place}: je boeking is nu {service}, {when}. {link}',

  'cancelled.subject': 'Geannuleerd: {service}, {when}',
  'cancelled.text': 'Deze boeking is geannuleerd:\n\n{service}\n{when}\n{where}\n\nMeer hierover: {link}',
  'cancelled.short': '{place}: {service}, {when} is geannuleerd. {link}',

  'reminder.subject': 'Tot snel: {service}, {when}',
  'reminder.text':
    '{service}\n{when}\n{where}\n\nBoekingscode: {reference}\nJe ticket: {link}\n\nKun je niet komen? Annuleer hier, dan kan een ander: {cancel}',
  'reminder.short': '{place}: {service}, {when}. Kun je niet? {cancel}',

  'nearly.subject': 'Bijna aan de beurt: {number}',
  'nearly.text':
    'Bij {place} {ahead, plural, =0 {is er niemand meer voor je} one {is er nog # persoon voor je} other {zijn er nog # personen voor je}}.\n\nJe nummer: {number}\n{link}',
  'nearly.short':
    '{place}, {number}: {ahead, plural, =0 {je bent de volgende} one {nog # voor je} other {nog # voor je}}. {link}',

  'called.subject': 'Aan de beurt: {number}',
  'called.text': 'Je bent aan de beurt bij {place}. Ga naar {desk}.\n\nJe nummer: {number}\n{link}',
  'called.short': '{place}, {number}: je bent aan de beurt, ga naar {desk}. {link}',

  'quote.subject': 'Bekijk de prijs: {reference}',
  'quote.text':
    'We weten wat het gaat kosten. We beginnen zodra je akkoord bent.\n\nCode: {reference}\nBekijken en beslissen: {link}',
  'quote.short': '{place}: bekijk de prijs van {reference} en beslis. {link}',

  'late.subject': 'Het duurt langer: {reference}',
  'late.text': 'Het duurt langer dan we zeiden. De nieuwe tijd is {when}.\n\nCode: {reference}\n{link}',
  'late.short': '{place}: {reference} duurt langer, de nieuwe tijd is {when}. {link}',

  'choice.subject': 'Je kunt kiezen: {reference}',
  'choice.text':
    'Misschien is het niet klaar op de tijd die we zeiden. Je kunt iets anders kiezen, of wachten: dan gaan we verder en zeggen we het als de tijd verandert.\n\nCode: {reference}\nBekijk en kies: {link}',
  'choice.short': '{place}: {reference} duurt misschien langer. Bekijk wat je kunt kiezen: {link}',
  'choice.lead': 'Je kunt kiezen:',
  'choice.later': 'klaar op {when}',
  'choice.loan': 'zolang iets te leen',
  'choice.collect': 'het ophalen zoals het is',
  'choice.cancel': 'kosteloos annuleren',

  'ready.subject': 'Klaar: {reference}',
  'ready.text': 'Het ligt klaar bij {where}.\n\nCode: {reference}\n{link}',
  'ready.short': '{place}: {reference} is klaar. {link}',
}
