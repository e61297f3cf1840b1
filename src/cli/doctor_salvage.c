/* lookalike doctor --salvage: what can be read of a damaged database, in a new one beside it. */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/quote.h"
#include "lookalike/cli/doctor.h"
#include "lookalike/store/salvage.h"

#include <stdlib.h>

int doctor_salvage(const struct options *options)
{
	struct salvaged saved;
	struct output output;
	struct error err;
	char *db, *quoted;

	if (store_salvage(options->db, &saved, &db, &err) ||
	    output_open(options->output, &output, &err))
		return command_fail(&err);
	if (options->format == FORMAT_JSON) {
		struct json_object *o = json_object_new_object();

		json_add_path(o, db);
		json_object_object_add(o, "complete", json_object_new_boolean(saved.complete));
		json_object_object_add(o, "images", json_object_new_int64(saved.images));
		json_object_object_add(o, "faces", json_object_new_int64(saved.faces));
		json_object_object_add(o, "groups", json_object_new_int64(saved.groups));
		json_object_object_add(o, "decided", json_object_new_int64(saved.decided));
		json_object_object_add(o, "steps", json_object_new_int64(saved.steps));
		json_write(output.file, o);
	} else {
		quoted = quote_new(db);
		fprintf(output.file,
			"%lld images, %lld faces, %lld groups with %lld decided faces, %lld "
			"steps%s\n"
			"use it with: --db %s\n",
			(long long)saved.images, (long long)saved.faces, (long long)saved.groups,
			(long long)saved.decided, (long long)saved.steps,
			saved.complete ? ": all there were" : ", and some rows are lost", quoted);
		free(quoted);
	}
	free(db);
	return output_commit(&output, &err) ? command_fail(&err) : 0;
}
