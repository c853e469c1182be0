/// A policy host that behaves as the first label after `mta-sts.` of the requested name says, on a loopback port that it prints.
/// It makes its own certificates in the directory given, and removes it when its standard input ends.
let policyServerScript = #"""
    import os, shutil, socket, ssl, subprocess, sys, threading, time

    directory = sys.argv[1]
    os.chdir(directory)

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    CONFIG = """
    [ca]
    default_ca = root
    [root]
    dir = .
    database = index
    new_certs_dir = .
    rand_serial = yes
    default_md = sha256
    policy = any
    unique_subject = no
    [any]
    commonName = supplied
    """
    with open("ca.conf", "w") as file: file.write("\n".join(line.strip() for line in CONFIG.splitlines()))
    open("index", "w").close()
    for name in ("ca", "other"):
        openssl("req", "-x509", *EC, "-days", "3650", "-subj", "/CN=Root " + name, "-addext", "basicConstraints=critical,CA:TRUE",
                "-addext", "keyUsage=critical,keyCertSign", "-keyout", name + ".key", "-out", name + ".pem")
    openssl("req", *EC, "-subj", "/CN=any", "-keyout", "leaf.key", "-out", "leaf.csr")

    def issue(name, common_name, san, start="20200101000000Z", end="20600101000000Z", ca="ca"):
        with open("extensions", "w") as file:
            file.write("basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n")
            if san: file.write("subjectAltName=" + san + "\n")
        openssl("ca", "-batch", "-config", "ca.conf", "-cert", ca + ".pem", "-keyfile", ca + ".key", "-in", "leaf.csr", "-notext",
                "-subj", "/CN=" + common_name, "-startdate", start, "-enddate", end, "-extfile", "extensions", "-out", name + ".pem")

    def host(scenario): return "mta-sts." + scenario + ".test"

    POLICY = b"version: STSv1\r\nmode: enforce\r\nmx: mx1.example.test\r\nmx: *.example.test\r\nmax_age: 86400\r\n"
    LONG = POLICY + b"x: " + b"y" * (65536 - len(POLICY) - 5) + b"\r\n"

    def head(status="200 OK", type="text/plain", length=None, more=""):
        text = "HTTP/1.1 " + status + "\r\n"
        if type: text += "Content-Type: " + type + "\r\n"
        if length is not None: text += "Content-Length: %d\r\n" % length
        return (text + more + "\r\n").encode()

    def plain(body=POLICY, **options):
        return head(length=len(body), **options) + body

    def chunked(body, size=4096, end=True):
        parts = [body[i:i + size] for i in range(0, len(body), size)]
        return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + (b"0\r\n\r\n" if end else b"")

    CHUNKED = "Transfer-Encoding: chunked\r\n"
    RESPONSES = {
        "good": plain(), "charset": plain(type="Text/Plain; charset=utf-8"),
        "notfound": plain(status="404 Not Found"), "nocontent": head(status="204 No Content"), "partial": plain(status="206 Partial Content"),
        "notmodified": head(status="304 Not Modified"), "moved": plain(status="301 Moved", more="Location: https://mta-sts.good.test/\r\n"),
        "html": plain(type="text/html"), "notype": plain(type=None),
        "long": plain(LONG), "toolong": plain(LONG + b"\n"), "toolongchunked": head(more=CHUNKED) + chunked(LONG + b"\n"),
        "longchunked": head(more=CHUNKED) + chunked(LONG), "endless": head(more=CHUNKED) + chunked(POLICY, end=False),
        "lengthtoolong": head(length=len(POLICY) + 10) + POLICY, "lengthtooshort": head(length=len(POLICY) - 10) + POLICY,
        "untilclose": head() + POLICY, "cutoff": head() + POLICY,
        "gzip": plain(more="Content-Encoding: gzip\r\n"), "identity": plain(more="Content-Encoding: identity\r\n"),
        "transfergzip": head(more="Transfer-Encoding: gzip, chunked\r\n") + chunked(POLICY),
        "manyheaders": plain(more="".join("X-%d: y\r\n" % i for i in range(100))), "bigheader": plain(more="X: " + "y" * 17000 + "\r\n"),
        "continue": b"HTTP/1.1 100 Continue\r\n\r\n" + plain(), "garbage": plain(b"<html>"), "nothttp": b"220 ready\r\n",
        "trailer": head(more=CHUNKED) + chunked(POLICY, end=False) + b"0\r\nContent-Type: text/html\r\n\r\n",
    }

    SCENARIOS = [*RESPONSES, "drip", "dripheader", "silent", "echo", "endlesschunk"]
    issue("default", "policy", ",".join("DNS:" + host(name) for name in SCENARIOS))
    # Many owners with a name each, and one owner with many names.
    issue("trickle", "x", ",".join("DNS:mta-sts.trickle.d%d,DNS:mta-sts.trickle.x%d.owner.test" % (i, i) for i in range(400)))
    issue("expired", host("expired"), "DNS:" + host("expired"), end="20210101000000Z")
    issue("notyet", host("notyet"), "DNS:" + host("notyet"), start="20590101000000Z")
    issue("wrongname", "x", "DNS:mta-sts.other.test")
    issue("cnonly", host("cnonly"), None)
    issue("iponly", host("iponly"), "IP:127.0.0.1")
    issue("wildcard", "x", "DNS:*.wildcard.test")
    issue("partialwildcard", "x", "DNS:mta-*.partialwildcard.test")
    issue("otherroot", "x", "DNS:" + host("otherroot"), ca="other")
    openssl("req", "-x509", "-key", "leaf.key", "-days", "3650", "-subj", "/CN=self", "-addext", "subjectAltName=DNS:" + host("selfsigned"),
            "-out", "selfsigned.pem")

    def context(certificate):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(certificate + ".pem", "leaf.key")
        return made

    contexts = {name: context(name) for name in ("default", "expired", "notyet", "wrongname", "cnonly", "iponly", "wildcard",
                                                 "partialwildcard", "otherroot", "selfsigned", "trickle")}
    main = context("default")

    def scenario(name): return name.split(".")[1] if name and "." in name else ""

    def choose(connection, name, _):
        connection.context = contexts.get(scenario(name), contexts["default"])

    main.sni_callback = choose
    old = context("default")
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1

    def drip(connection, data, pause):
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(pause)

    def serve(plain_connection, context):
        try:
            plain_connection.settimeout(20)
            with context.wrap_socket(plain_connection, server_side=True) as connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    piece = connection.recv(4096)
                    if not piece: return
                    request += piece
                fields = dict(line.split(": ", 1) for line in request.decode().split("\r\n")[1:] if ": " in line)
                name = scenario(fields.get("Host", "").split(":")[0])
                if name == "drip": drip(connection, head() + POLICY * 1000, 0.02)
                elif name == "dripheader": drip(connection, head(more="X: y\r\n" * 1000), 0.02)
                elif name == "trickle": drip(connection, head() + POLICY * 1000, 0.5)
                elif name == "endlesschunk":
                    connection.sendall(head(more=CHUNKED) + b"1;")
                    while True: connection.sendall(b"x" * 16384)
                elif name == "silent": time.sleep(20)
                elif name == "echo":
                    comment = "".join("request-%s: %s\n" % (key.lower(), value) for key, value in fields.items())
                    comment += "request-line: " + request.decode().split("\r\n")[0] + "\n"
                    connection.sendall(plain(POLICY + comment.encode()))
                else:
                    connection.sendall(RESPONSES.get(name, RESPONSES["good"]))
                if name == "cutoff":
                    os.close(connection.detach())  # no close_notify
                    return
                connection.unwrap()
        except (OSError, ValueError):
            pass
        finally:
            plain_connection.close()

    def listen(context, address="127.0.0.1", port=0):
        listener = socket.create_server((address, port), backlog=400)
        def accept():
            while True:
                connection, _ = listener.accept()
                if context: threading.Thread(target=serve, args=(connection, context), daemon=True).start()
                else: mute.append(connection)
        threading.Thread(target=accept, daemon=True).start()
        return listener.getsockname()[1]

    mute = []  # connections that never get a TLS handshake
    ports = listen(main), listen(old), listen(None)
    for network in range(1, 8): listen(main, "127.0.%d.1" % network, ports[0])
    print(*ports, flush=True)
    sys.stdin.read()
    shutil.rmtree(directory)
    """#
