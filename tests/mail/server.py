"""A real SMTP server for the tests: TLS, logins, and a temper that a test sets while it runs.

server.py DIR [--port N] [--tls none|starttls|implicit] [--cert FILE --key FILE] [--user NAME --password WORD]

Writes DIR/port once it listens, a line per event to DIR/log, and each message that it has taken to DIR/NNNN.json.
DIR/temper, when it is there, is JSON: {"rcpt": "450 later"} or {"data": "552 too much"} answers so; "times" says how
often before it behaves again; {"rcpt": "hold"} keeps silent after the recipient, {"data": "hang"} keeps silent after a message's last byte, {"data": "take and hang"} and
{"data": "take and drop"} take the message first. Ends when its standard input does.
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

options = argparse.ArgumentParser()
options.add_argument('dir')
options.add_argument('--port', type=int, default=0)
options.add_argument('--tls', default='none')
options.add_argument('--cert')
options.add_argument('--key')
options.add_argument('--user')
options.add_argument('--password')
options = options.parse_args()


def path(name):
    return os.path.join(options.dir, name)


def log(line):
    with open(path('log'), 'a', encoding='utf-8') as file:
        file.write(line + '\n')


def temper(step):
    """What the test wants at this step, counted down."""
    try:
        with open(path('temper'), encoding='utf-8') as file:
            wanted = json.load(file)
    except (FileNotFoundError, ValueError):
        return None
    if step not in wanted:
        return None
    if 'times' in wanted:
        wanted['times'] -= 1
        if wanted['times'] <= 0:
            os.remove(path('temper'))
        else:
            write('temper', wanted)
    return wanted[step]


def write(name, value):
    with open(path(name + '.new'), 'w', encoding='utf-8') as file:
        json.dump(value, file)
    os.rename(path(name + '.new'), path(name))


class Handler:
    taken = len([name for name in os.listdir(options.dir) if name.endswith('.json')])

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        log(f'EHLO {hostname}')
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        log(f'RCPT {address}')
        answer = temper('rcpt')
        if answer == 'hold':
            await asyncio.sleep(3600)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return '250 2.1.5 Ok'

    async def handle_DATA(self, server, session, envelope):
        log('DATA')
        answer = temper('data')
        if answer is None or answer.startswith('take'):
            self.take(server, session, envelope)
        if answer in ('hang', 'take and hang'):
            await asyncio.sleep(3600)
        if answer == 'take and drop':
            server.transport.abort()
            await asyncio.sleep(3600)
        return answer if answer and answer[0].isdigit() else f'250 2.0.0 Ok: queued as T{self.taken}'

    def take(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = message.get_body(('plain',))
        html = message.get_body(('html',))
        Handler.taken += 1
        write(f'{Handler.taken:05}.json', {
            'sender': envelope.mail_from,
            'recipients': envelope.rcpt_tos,
            'tls': session.ssl is not None or server.transport.get_extra_info('ssl_object') is not None,
            'login': session.auth_data.login.decode() if session.authenticated and session.auth_data else None,
            'headers': {name.lower(): str(value) for name, value in message.items()},
            'text': text.get_content() if text else '',
            'html': html.get_content() if html else '',
            'raw': envelope.content.decode('utf-8', 'replace'),
        })
        log(f'TAKEN {Handler.taken}')


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (options.user, options.password)
    log(f'AUTH {"good" if good else "bad"}')
    return AuthResult(success=good, handled=good, auth_data=data)


async def main():
    context = None
    if options.tls != 'none':
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
    handler = Handler()

    def server():
        log('CONNECT')
        smtp = SMTP(
            handler,
            tls_context=context if options.tls == 'starttls' else None,
            require_starttls=options.tls == 'starttls',
            authenticator=authenticate if options.user else None,
            auth_required=bool(options.user),
            auth_require_tls=options.tls == 'starttls',
            hostname='mail.test',
            timeout=600,
        )
        return smtp

    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        server, '127.0.0.1', options.port, ssl=context if options.tls == 'implicit' else None, reuse_address=True)
    write('port', listener.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
