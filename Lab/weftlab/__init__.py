"""A small Internet for Weft: signed DNS, policy hosts and MX hosts in one network namespace, an MTA and Weft in another.

model        what a scenario is                     network       the namespaces and the link between them
scenarios    the table of them                      processes     running commands and daemons
plan         addresses for what the table names     lab           bringing all of it up and down
pki          certificates                           weft          Weft's configuration, daemon and readers
zones        zone files and DNSSEC                  experiment    one message per scenario, and what became of it
dns          NSD and unbound                        report        the table, the transcript, the JSON
policyhosts  nginx                                  selfcheck     is the lab itself as the table says?
mx, mta      Postfix on both sides (postfix)        redirectprobe is a redirected connection's destination known?
                                                    cli           commands and options
"""
