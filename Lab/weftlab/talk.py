"""Says what standard input has to a TCP server, and prints what that says until it hangs up. Arguments: address, port."""

import socket
import sys
import threading


def main() -> None:
    with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=60) as server:
        # Both at once: neither side waits for the other to read.
        threading.Thread(target=server.sendall, args=(sys.stdin.buffer.read(),), daemon=True).start()
        while data := server.recv(65536):
            sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main()
