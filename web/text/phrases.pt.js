/// Phrases of the server's reasons, with what they are in Portuguese. tests/web/codes.test.mjs reads
/// the server's source: each of its phrases stands here.
export const phrases = [
  [/^given up after (\d+) delays: /, 'desistiu depois de $1 adiamentos: '],
  [/^e-mail service: /, 'serviço de e-mail: '],
  [/(^|: )boleto service: /, '$1serviço de boletos: '],
  [/(^|: )e-mail service: /, '$1serviço de e-mail: '],
  [/answered (\d+)/, 'respondeu $1'],
  [/the server said: /, 'o servidor disse: '],
  [/\(check the user and password of EMAIL_URL\)/, '(confira usuário e senha em EMAIL_URL)'],
  [/\(check the service's address and credentials\)/, '(confira o endereço e as credenciais do serviço)'],
  [/the (boleto|e-mail) service is paused: /, (_, name) => `o serviço de ${name === 'boleto' ? 'boletos' : 'e-mail'} está em pausa: `],
  [/the time for this batch's e-mails was over/, 'o tempo para os e-mails deste lote acabou'],
  [/the answer is longer than 64 KiB/, 'a resposta passa de 64 KiB'],
  [/the answer is not a JSON object with the e-mail's id/, 'a resposta não é um objeto JSON com o id do e-mail'],
  [/the answer is not a JSON object/, 'a resposta não é um objeto JSON'],
  [/the answer has no linha_digitavel/, 'a resposta não tem linha_digitavel'],
  [/a field of the answer is neither text nor number or too long/, 'um campo da resposta não é texto nem número, ou é longo demais'],
  [/the service's linha digitável is wrong: /, 'a linha digitável do serviço está errada: '],
  [/the service's bar code and linha digitável differ/, 'o código de barras e a linha digitável do serviço não combinam'],
  [/the service's Pix code is wrong: /, 'o código Pix do serviço está errado: '],
  [/the service's pdf_url is no http or https address/, 'a pdf_url do serviço não é um endereço http ou https'],
  [/the stored row is not a valid debt: /, 'a linha guardada não é uma dívida válida: '],
  [/stored with other (.*); the stored debt stands/, 'guardada com outro conteúdo em $1; vale a guardada'],
  [/has not got on for (\d+) s: /, 'não avança há $1 s: '],
  [/waits to be tried again/, 'espera uma nova tentativa'],
  [/its worker does not answer/, 'seu trabalhador não responde'],
  [/no worker gets on/, 'nenhum trabalhador avança'],
  [/waits for its partitions/, 'espera suas partições'],
  [/not seen yet/, 'ainda não visto'],
  [/not started yet/, 'ainda não começou'],
  [/^(database unavailable|database refused|broker unavailable|service paused|contended|overloaded|transaction conflict|internal|worker crashed mailing|worker crashed): ?/, (_, name) => `${errors[name]}: `]
];

const errors = {
  'database unavailable': 'banco de dados fora do ar',
  'database refused': 'o banco de dados recusou',
  'broker unavailable': 'Kafka fora do ar',
  'service paused': 'serviço em pausa',
  contended: 'outro trabalhador tem a dívida',
  overloaded: 'ocupado demais',
  'transaction conflict': 'conflito de transações',
  internal: 'erro interno',
  'worker crashed': 'o trabalhador caiu',
  'worker crashed mailing': 'o trabalhador caiu durante os e-mails'
};
