/* SPDX-License-Identifier: Apache-2.0 */
/* volo-viewer: pictures and their segmentation on the screen. */
#include "app/common/exit_codes.h"
#include "app/common/report.h"
#include "app/viewer/application.h"
#include "app/viewer/measure_program.h"
#include "app/viewer/viewer_options.h"

#include <glib/gi18n.h>

#include <locale.h>

/* The user's language; but numbers in files and options keep their point. */
static void speak(void)
{
    gtk_disable_setlocale();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    bindtextdomain(GETTEXT_PACKAGE, VOLO_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    textdomain(GETTEXT_PACKAGE);
}

static int view(const Command *command, int argc, char **argv)
{
    ViewerOptions o = { .general = { .help = false } };
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (o.export.form) {
        options_export((OptionForm)(o.export.form - 1), NULL, command, 1);
        return report_flush();
    }
    if (o.measure.measure && first == argc)
        return options_misused(command, "--measure needs a picture");
    code = inference_start(&o.inference);
    if (code)
        return code;
    if (!volo_settings_exist()) {
        message_error("the settings schema '%s' is not installed", VOLO_APPLICATION_ID);
        return EXIT_INTERNAL;
    }
    speak();
    if (!gtk_init_check()) {
        message_error("there is no display to open a window on");
        return EXIT_RESOURCES;
    }
    /* A viewer that runs already would know nothing of these options. */
    const GApplicationFlags flags =
        first > 1 ? G_APPLICATION_NON_UNIQUE : G_APPLICATION_DEFAULT_FLAGS;
    g_autoptr(VoloApplication) application = volo_application_new(&o.inference, flags);
    if (o.measure.measure)
        return volo_measure_program(application, argc - first, argv + first);
    argv[first - 1] = argv[0];
    return g_application_run(G_APPLICATION(application), argc - first + 1, argv + first - 1);
}

int main(int argc, char **argv)
{
    const Command command = {
        .program = "volo-viewer",
        .operands = "[FILE|FOLDER...]",
        .summary = "show pictures with what a VOLO model sees in them",
        .groups = viewer_groups,
        .group_count = viewer_group_count,
        .operand_words = WORDS_FILE,
        .run = view,
    };
    const int code = program_start();

    return code ? code : command.run(&command, argc, argv);
}
