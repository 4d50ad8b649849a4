# SPDX-License-Identifier: Apache-2.0
# Prints C sources as FILE:LINE:TEXT without their comments and with the strings emptied; the names
# in #include lines stay. Lines that hold no code are left out.
FNR == 1 {
    comment = 0
}

{
    text = $0
    code = ""
    while (text != "") {
        if (comment) {
            end = index(text, "*/")
            text = end ? substr(text, end + 2) : ""
            comment = !end
        } else if (match(text, /^\/\*/)) {
            comment = 1
            text = substr(text, 3)
        } else if (match(text, /^\/\//)) {
            text = ""
        } else if (code !~ /^ *# *include/ && match(text, /^"([^"\\]|\\.)*"/)) {
            code = code "\"\""
            text = substr(text, RLENGTH + 1)
        } else if (match(text, /^'([^'\\]|\\.)*'/) || match(text, /^[^"'\/]+/) || match(text, /^./)) {
            code = code substr(text, 1, RLENGTH)
            text = substr(text, RLENGTH + 1)
        }
    }
    if (code !~ /^ *$/)
        print FILENAME ":" FNR ":" code
}
