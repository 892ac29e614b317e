import type { Words } from '../write.ts'

export const ar: Words = {
  'when.moment': '{date}، {time}',
  'when.stay': 'من {arrival} إلى {departure}',

  'confirmed.subject': 'تم الحجز: {service}، {when}',
  'confirmed.text':
    '{service}\n{when}\n{where}\n\nرمز الحجز: {reference}\nتذكرتك: {link}\n\nتغيّرت خططك؟ يمكنك الإلغاء هنا: {cancel}',
  'confirmed.short': '{place}: {service}، {when}. الرمز {reference}. {link}',

  'changed.subject': 'تم التغيير: {service}، {when}',
  'changed.text': 'أصبح حجزك الآن:\n\n{service}\n{when}\n{where}\n\nرمز الحجز: {reference}\nتذكرتك: {link}',
  'changed.short': '{place}: أصبح حجزك الآن {service}، {when}. {link}',

  'cancelled.subject': 'أُلغي: {service}، {when}',
  'cancelled.text': 'أُلغي هذا الحجز:\n\n{service}\n{when}\n{where}\n\nالمزيد عنه: {link}',
  'cancelled.short': '{place}: أُلغي {service}، {when}. {link}',

  'reminder.subject': 'نراك قريبًا: {service}، {when}',
  'reminder.text':
    '{service}\n{when}\n{where}\n\nرمز الحجز: {reference}\nتذكرتك: {link}\n\nلا يمكنك الحضور؟ ألغِ هنا ليستفيد غيرك من الموعد: {cancel}',
  'reminder.short': '{place}: {service}، {when}. لا يمكنك الحضور؟ {cancel}',

  'nearly.subject': 'اقترب دورك: {number}',
  'nearly.text':
    'في {place}: {ahead, plural, =0 {لم يبقَ أحد قبلك} zero {لم يبقَ أحد قبلك} one {بقي شخص واحد قبلك} two {بقي شخصان قبلك} few {بقي # أشخاص قبلك} many {بقي # شخصًا قبلك} other {بقي # شخص قبلك}}.\n\nرقمك: {number}\n{link}',
  'nearly.short':
    '{place}، {number}: {ahead, plural, =0 {أنت التالي} zero {أنت التالي} one {شخص واحد قبلك} two {شخصان قبلك} few {# أشخاص قبلك} many {# شخصًا قبلك} other {# شخص قبلك}}. {link}',

  'called.subject': 'حان دورك: {number}',
  'called.text': 'حان دورك في {place}. توجّه إلى {desk}.\n\nرقمك: {number}\n{link}',
  'called.short': '{place}، {number}: حان دورك، توجّه إلى {desk}. {link}',

  'quote.subject': 'يُرجى الاطلاع على السعر: {reference}',
  'quote.text': 'عرفنا كم ستكون التكلفة، ونبدأ بعد موافقتك.\n\nالرمز: {reference}\nاطّلع وقرّر: {link}',
  'quote.short': '{place}: اطّلع على سعر {reference} وقرّر. {link}',

  'late.subject': 'سيطول الأمر: {reference}',
  'late.text': 'سيستغرق الأمر وقتًا أطول مما ذكرناه. الموعد الجديد هو {when}.\n\nالرمز: {reference}\n{link}',
  'late.short': '{place}: سيطول أمر {reference}، والموعد الجديد هو {when}. {link}',

  'choice.subject': 'الخيار لك: {reference}',
  'choice.text':
    'قد لا يجهز في الموعد الذي ذكرناه. يمكنك اختيار حل آخر أو الانتظار، وعندها نواصل العمل ونخبرك إن تغيّر الموعد.\n\nالرمز: {reference}\nاطّلع واختر: {link}',
  'choice.short': '{place}: قد يتأخر {reference}. اطّلع على ما يمكنك اختياره: {link}',
  'choice.lead': 'يمكنك اختيار:',
  'choice.later': 'موعد آخر: {when}',
  'choice.loan': 'بديل معار حتى يجهز',
  'choice.collect': 'استلامه كما هو',
  'choice.cancel': 'الإلغاء دون مقابل',

  'ready.subject': 'جاهز: {reference}',
  'ready.text': 'أصبح جاهزًا في {where}.\n\nالرمز: {reference}\n{link}',
  'ready.short': '{place}: أصبح {reference} جاهزًا. {link}',
}
